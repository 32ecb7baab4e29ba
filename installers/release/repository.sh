# shellcheck shell=bash
# The signed repository for apt. Sourced after lib.sh. reprepro makes it: docs/decisions/093-a-release-in-one-command.md.

# make_repository OUT URL FINGERPRINT DEB...: the folder OUT/apt, with what apt needs to know it: the public key and
# rotunda.sources. gpg finds the secret key in GNUPGHOME.
make_repository() (
  set -e
  local out=$1 url=$2 fingerprint=$3 work deb
  shift 3
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  rm -rf "$out/apt"
  mkdir -p "$work/conf" "$out/apt"
  cat >"$work/conf/distributions" <<CONF
Origin: Rotunda
Label: Rotunda
Suite: stable
Codename: stable
Architectures: amd64 arm64
Components: main
Description: Rotunda, several Codex sign-ins as one
SignWith: $fingerprint
CONF
  for deb in "$@"; do reprepro --silent --basedir "$work" --outdir "$out/apt" includedeb stable "$deb"; done
  gpg --batch --export "$fingerprint" >"$out/apt/rotunda-archive-keyring.pgp"
  cat >"$out/apt/rotunda.sources" <<SOURCES
# Put this file into /etc/apt/sources.list.d, and rotunda-archive-keyring.pgp into /usr/share/keyrings.
Types: deb
URIs: $url/apt
Suites: stable
Components: main
Signed-By: /usr/share/keyrings/rotunda-archive-keyring.pgp
SOURCES
  gpgv --quiet --keyring "$out/apt/rotunda-archive-keyring.pgp" "$out/apt/dists/stable/InRelease" >/dev/null
)
