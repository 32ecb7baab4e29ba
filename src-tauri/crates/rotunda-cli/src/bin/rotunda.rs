//! The `rotunda` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    rotunda_cli::main()
}
