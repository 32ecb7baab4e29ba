//! Completions that know the names of profiles: what clap makes, and beside it a question to
//! `rotunda profile-names` where a name belongs.

use std::fmt::Write as _;

use clap::Command;

/// What such an argument is called in the definition.
const NAMED: [&str; 3] = ["profile", "profiles", "only"];

/// Commands with a name as an argument, and options with one.
struct Places {
    commands: Vec<String>,
    options: Vec<String>,
}

impl Places {
    fn of(root: &Command) -> Self {
        let (mut commands, mut options) = (Vec::new(), Vec::new());
        for command in root.get_subcommands() {
            let named = command.get_arguments().filter(|it| {
                NAMED.contains(&it.get_id().as_str()) && it.get_action().takes_values()
            });
            for argument in named {
                match argument.get_long() {
                    Some(long) => options.push(format!("--{long}")),
                    None => commands.push(command.get_name().to_owned()),
                }
            }
        }
        options.sort_unstable();
        options.dedup();
        Self { commands, options }
    }
}

/// Completes what clap made for Bash.
pub(super) fn bash(made: &str, root: &Command) -> String {
    let Places { commands, options } = Places::of(root);
    let (commands, options) = (commands.join("|"), options.join("|"));
    format!(
        "{made}
_rotunda_with_profiles() {{
    local current=\"${{COMP_WORDS[COMP_CWORD]}}\" before=\"${{COMP_WORDS[COMP_CWORD-1]}}\" name
    case \"$before\" in
        {commands}|{options}) ;;
        *) _rotunda \"$@\"; return ;;
    esac
    COMPREPLY=()
    while IFS= read -r name; do
        [[ \"$name\" == \"$current\"* ]] && COMPREPLY+=(\"$(printf '%q' \"$name\")\")
    done < <(rotunda profile-names 2>/dev/null)
}}
complete -F _rotunda_with_profiles -o nosort -o bashdefault -o default rotunda
"
    )
}

/// Completes what clap made for fish.
pub(super) fn fish(made: &str, root: &Command) -> String {
    let Places { commands, options } = Places::of(root);
    let mut script = made.to_owned();
    let names = "(rotunda profile-names 2>/dev/null)";
    for option in options {
        let option = option.trim_start_matches('-');
        let _ = writeln!(script, "complete -c rotunda -l {option} -x -a \"{names}\"");
    }
    let commands = commands.join(" ");
    let seen = format!("__fish_seen_subcommand_from {commands}");
    let _ = writeln!(script, "complete -c rotunda -n \"{seen}\" -f -a \"{names}\"");
    script
}

/// Completes what clap made for zsh: its texts name the arguments.
pub(super) fn zsh(made: &str) -> String {
    let mut script = String::new();
    for line in made.lines() {
        let is_named = NAMED.iter().any(|name| line.contains(&format!(":{name} -- ")))
            || line.contains(":PROFILE:_default");
        let line = if is_named {
            line.replace(":_default'", ":_rotunda_profiles'")
        } else {
            line.to_owned()
        };
        script += &line;
        script.push('\n');
        if line.starts_with("#compdef") {
            script += "\n_rotunda_profiles() {\n    local -a names\n    \
                       names=(\"${(@f)$(rotunda profile-names 2>/dev/null)}\")\n    \
                       compadd -a names\n}\n";
        }
    }
    script
}

/// What clap's script for PowerShell begins with: what is typed comes in.
const POWER_SHELL_TYPED: &str = "    param($wordToComplete, $commandAst, $cursorPosition)\n";

/// Completes what clap made for PowerShell. Names are quoted where PowerShell needs it,
/// and read as UTF-8, which older versions do not expect of a program.
pub(super) fn power_shell(made: &str, root: &Command) -> String {
    let Places { commands, options } = Places::of(root);
    let places: Vec<_> = commands.iter().chain(&options).map(|it| format!("'{it}'")).collect();
    let places = places.join(", ");
    let names = format!(
        r#"{POWER_SHELL_TYPED}
    $before = $commandAst.CommandElements |
        Where-Object {{ $_.Extent.EndOffset -lt $cursorPosition }} |
        Select-Object -Last 1
    if (@({places}) -ccontains "$before") {{
        $typed = $wordToComplete.Trim("'", '"')
        $encoding = [Console]::OutputEncoding
        try {{
            [Console]::OutputEncoding = [System.Text.UTF8Encoding]::new()
            $names = @(rotunda profile-names 2>$null)
        }} finally {{
            [Console]::OutputEncoding = $encoding
        }}
        foreach ($name in $names) {{
            if (-not $name -or -not $name.StartsWith($typed, 'OrdinalIgnoreCase')) {{ continue }}
            $text = if ($name -match '^\W|[^\w.@-]') {{ "'" + $name.Replace("'", "''") + "'" }} else {{ $name }}
            [System.Management.Automation.CompletionResult]::new($text, $name, 'ParameterValue', $name)
        }}
        return
    }}
"#
    );
    made.replacen(POWER_SHELL_TYPED, &names, 1)
}
