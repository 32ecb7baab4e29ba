# Starts one real Secret Service, unlocked, in the session bus and the home of the script that sources this. ROTUNDA_TEST_PROVIDER
# names its program.

# Waits until a command succeeds, for a minute.
until_true() {
  for _ in $(seq 600); do
    "$@" >/dev/null 2>&1 && return 0
    sleep 0.1
  done
  echo "waited in vain for: $*" >&2
  return 1
}

ask() { dbus-send --session --print-reply "$@" 2>/dev/null; }
has_name() { ask --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner "string:$1" | grep -q "boolean true"; }
default_collection() {
  ask --dest=org.freedesktop.secrets /org/freedesktop/secrets org.freedesktop.Secret.Service.ReadAlias string:default |
    grep -q "object path \"/org"
}

start_gnome() {
  mkdir -p "$HOME/.local/share/keyrings"
  printf test | gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null 2>&1 &
  provider=$!
}

# As the PAM module does at login: the key of 56 bytes made of a password.
open_wallet() {
  ask --dest=org.kde.kwalletd5 /modules/kwalletd5 org.kde.KWallet.pamOpen \
    string:kdewallet "array:byte:$(seq -s, 56)" int32:0 >/dev/null
}

# Without its plugin for OpenSSL it refuses encrypted sessions; hiding that from one process needs root.
kwallet() {
  local plugin
  plugin=$(dpkg -L libqca-qt5-2-plugins | grep '/libqca-ossl.so$')
  [ "$ROTUNDA_TEST_ENCRYPTED" = yes ] || exec unshare --mount sh -c 'mount --bind /dev/null "$0" && exec kwalletd5' "$plugin"
  exec kwalletd5
}

run_kwallet() {
  kwallet >/dev/null 2>&1 &
  provider=$!
  until_true has_name org.kde.kwalletd5 && until_true has_name org.freedesktop.secrets && until_true open_wallet
}

# Twice: its Secret Service shows a new wallet after a restart only.
start_kwallet() {
  mkdir -p "$HOME/.config"
  printf '[Wallet]\nEnabled=true\nFirst Use=false\nDefault Wallet=kdewallet\nLeave Open=true\n\n[org.freedesktop.secrets]\napiEnabled=true\n' \
    >"$HOME/.config/kwalletrc"
  run_kwallet && stop_provider && run_kwallet
}

# A database whose root group is exposed; the key of that setting is KeePassXC's own.
start_keepassxc() {
  mkdir -p "$HOME/.config/keepassxc" "$HOME/.cache/keepassxc"
  printf '[General]\nConfigVersion=2\nUpdateCheckMessageShown=true\n\n[GUI]\nCheckForUpdates=false\n\n[FdoSecrets]\nEnabled=true\nConfirmAccessItem=false\nConfirmDeleteItem=false\nShowNotification=false\n' \
    >"$HOME/.config/keepassxc/keepassxc.ini"
  cat >"$HOME/db.xml" <<'X'
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<KeePassFile>
<Meta><Generator>KeePassXC</Generator><DatabaseName>test</DatabaseName><CustomData><Item>
<Key>FDO_SECRETS_EXPOSED_GROUP</Key><Value>{01010101-0101-0101-0101-010101010101}</Value>
</Item></CustomData></Meta>
<Root><Group><UUID>AQEBAQEBAQEBAQEBAQEBAQ==</UUID><Name>Root</Name></Group></Root>
</KeePassFile>
X
  printf 'test\ntest\n' | keepassxc-cli import -q -p "$HOME/db.xml" "$HOME/db.kdbx" >/dev/null 2>&1 || return 1
  # One of them runs for each temporary folder.
  TMPDIR=$XDG_RUNTIME_DIR keepassxc --pw-stdin "$HOME/db.kdbx" <<<test >/dev/null 2>&1 &
  provider=$!
}

# No request before the name has an owner: the bus would start another provider.
start_provider() {
  command -v "$ROTUNDA_TEST_PROVIDER" >/dev/null || { echo "$ROTUNDA_TEST_PROVIDER is not here" >&2; return 1; }
  case $ROTUNDA_TEST_PROVIDER in
    gnome-keyring-daemon) start_gnome ;;
    kwalletd5) start_kwallet ;;
    keepassxc) start_keepassxc ;;
  esac && until_true has_name org.freedesktop.secrets && until_true default_collection
}

stop_provider() {
  [ -n "${provider:-}" ] || return 0
  kill "$provider" 2>/dev/null
  wait "$provider" 2>/dev/null
  return 0
}
