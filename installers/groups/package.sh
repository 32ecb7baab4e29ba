#!/usr/bin/env bash
# Group package: the .deb and the .rpm are built, installed in a system of their own, used, upgraded, removed and purged.
# What is made on other systems is looked at as far as it can be from here.

. "$(dirname "${BASH_SOURCE[0]}")/../steps.sh"

need checks build shell desktop package clean-root elsewhere release || { missing "system packages" "could not be installed"; finish; }
provide_rust
away=$(mktemp -d)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$ROOT/Cargo.toml" | head -n 1)
trap 'rm -rf "$away"' EXIT

pack() { bash "$ROOT/installers/package.sh" --profile dev --out "$away" "$@"; }
# The same programs give the same bytes, whatever the time, its zone, the locale, the home and the umask are.
same_bytes() {
  local first
  first=$(sha256sum "$away"/rotunda_*-1_*.deb) && rm "$away"/rotunda_*-1_*.deb &&
    (umask 077; LC_ALL=C LANGUAGE=ja TZ=Asia/Tokyo TMPDIR=$(mktemp -d -p "$away") pack --only deb --as-built) && [ "$(sha256sum "$away"/rotunda_*-1_*.deb)" = "$first" ]
}
in_clean_root() {
  local visible=("$ROOT/tests" "$away")
  as_root env "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" \
    bash "$ROOT/tests/package/clean-root.sh" "${visible[@]}" -- \
    python3 -B "$ROOT/tests/package/life.py" "$away"/rotunda_*-1_*.deb "$away"/rotunda_*-2_*.deb "$away"/rotunda-*-1.*.rpm
}

# Everything of a release but the programs without libraries, which the group release builds.
release_of() { # REVISION
  bash "$ROOT/installers/release.sh" "$version" --out "$away/release-$1" --revision "$1" --profile dev --packed "$away" \
    --arch none --test-key --url https://rotunda.invalid/test
}
apt_in_clean_root() {
  as_root env "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" \
    bash "$ROOT/tests/package/clean-root.sh" "$ROOT/tests" "$away" -- \
    python3 -B "$ROOT/tests/package/repository.py" "$away/release-1" "$away/release-2"
}
release_files() { "$CACHE/release-tools/bin/python" -m unittest "$ROOT"/tests/package/test_release_{files,packages}.py; }
# What a release refuses, before it builds anything.
refuses() { # WORDS ARGUMENT...
  local words=$1 output
  shift
  if output=$(bash "$ROOT/installers/release.sh" "$@" 2>&1); then return 1; fi
  echo "$output"
  grep -q -- "$words" <<<"$output"
}
refusals() {
  refuses "Cargo.toml says" 9.9.9 --out "$away/none" --test-key &&
    refuses "no key was given" "$version" --out "$away/none" &&
    refuses "is not empty" "$version" --out "$away/release-1" --test-key &&
    refuses "an address with https" "$version" --out "$away/none" --test-key --url http://example.invalid &&
    refuses "cannot be read" "$version" --out "$away/none" --key "$away/missing" --apt-key nothing
}

check "both kinds" pack
check "the same bytes again" same_bytes
check "an upgrade" pack --revision 2 --as-built
check "a release" release_of 1
check "the next release" release_of 2
check "what a release refuses" refusals
counted "manifests of a release" unittest release_files
counted "apt over loopback" ours apt_in_clean_root
counted "life in a clean root" ours in_clean_root
counted "release workflow" ours python3 "$ROOT/installers/checks/release.py"
check "hooks of the Windows installer" makensis -V2 -WX "-DOUT=$away/check.exe" "$ROOT/installers/windows/check.nsi"
finish
