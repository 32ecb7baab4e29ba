# shellcheck shell=bash
# The two keys of a release: minisign's for SHA256SUMS and the notice of a new version, gpg's for apt. Sourced after lib.sh.

keys_help() {
  cat >&2 <<'TEXT'
error: a release is signed, and no key was given. Give both:
  --key FILE, or ROTUNDA_RELEASE_KEY        the secret key of minisign; make one with: minisign -G -p rotunda.pub -s rotunda.key
  --apt-key ID, or ROTUNDA_APT_KEY          a key in the gpg of this user; make one with: gpg --quick-gen-key NAME ed25519 sign
The password of the first is asked for, or taken from ROTUNDA_RELEASE_KEY_PASSWORD.
To try it without keys of yours, say --test-key: both are made, used, and thrown away.
TEXT
}

# make_test_keys FOLDER: sets KEY and APT_KEY to keys that are gone with the folder.
make_test_keys() {
  export GNUPGHOME=$1/gnupg
  mkdir -m 700 "$GNUPGHOME" || return 1
  KEY=$1/minisign.key
  minisign -G -W -p "$1/minisign.pub" -s "$KEY" >/dev/null || return 1
  gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-gen-key "Rotunda test key, trust it nowhere" ed25519 sign 30d 2>/dev/null || return 1
  APT_KEY=$(gpg --batch --list-keys --with-colons 2>/dev/null | awk -F: '/^fpr/ { print $10; exit }')
}

# With the password from the environment, or from the terminal.
minisign_with_key() {
  if [ -n "${ROTUNDA_RELEASE_KEY_PASSWORD:-}" ]; then
    printf '%s\n' "$ROTUNDA_RELEASE_KEY_PASSWORD" | minisign "$@" -s "$KEY"
  else
    minisign "$@" -s "$KEY"
  fi
}

# public_key FILE: writes the public half of the key.
public_key() { minisign_with_key -R -p "$1" >/dev/null; }

# sign FILE COMMENT PUBLIC: FILE.minisig, proved at once. The comment is signed too.
sign() {
  rm -f "$1.minisig"
  minisign_with_key -S -m "$1" -x "$1.minisig" -t "$2" -c "signature of Rotunda" >/dev/null &&
    minisign -V -q -m "$1" -x "$1.minisig" -p "$3"
}
