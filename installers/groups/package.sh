#!/usr/bin/env bash
# Group package: the .deb and the .rpm are built, installed in a system of their own, used, upgraded, removed and purged.
# What is made on other systems is looked at as far as it can be from here.

. "$(dirname "${BASH_SOURCE[0]}")/../steps.sh"

need checks build shell desktop package clean-root elsewhere || { missing "system packages" "could not be installed"; finish; }
provide_rust
away=$(mktemp -d)
trap 'rm -rf "$away"' EXIT

pack() { bash "$ROOT/installers/package.sh" --profile dev --out "$away" "$@"; }
# The same tree gives the same bytes, whatever the time is.
same_bytes() {
  local first
  first=$(sha256sum "$away"/rotunda_*-1_*.deb) && rm "$away"/rotunda_*-1_*.deb &&
    pack --only deb --as-built && [ "$(sha256sum "$away"/rotunda_*-1_*.deb)" = "$first" ]
}
in_clean_root() {
  local visible=("$ROOT/tests" "$away")
  as_root env "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" \
    bash "$ROOT/tests/package/clean-root.sh" "${visible[@]}" -- \
    python3 -B "$ROOT/tests/package/life.py" "$away"/rotunda_*-1_*.deb "$away"/rotunda_*-2_*.deb "$away"/rotunda-*.rpm
}

check "both kinds" pack
check "the same bytes again" same_bytes
check "an upgrade" pack --only deb --revision 2 --as-built
counted "life in a clean root" ours in_clean_root
counted "release workflow" ours python3 "$ROOT/installers/checks/release.py"
check "hooks of the Windows installer" makensis -V2 -WX "-DOUT=$away/check.exe" "$ROOT/installers/windows/check.nsi"
finish
