#!/usr/bin/env bash
# Makes everything that a release consists of, signed, in one folder whose content is to be published as it is.
#
# docs/decisions/093-a-release-in-one-command.md says what each part is for; docs/packaging.md how to publish.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$ROOT/installers/release/keys.sh"
. "$ROOT/installers/release/portable.sh"
. "$ROOT/installers/release/repository.sh"
. "$ROOT/installers/release/windows.sh"

usage() {
  cat <<'TEXT'
usage: bash installers/release.sh VERSION --out FOLDER [OPTION...]

  --key FILE       the secret key of minisign; otherwise ROTUNDA_RELEASE_KEY
  --apt-key ID     the key for apt, in the gpg of this user; otherwise ROTUNDA_APT_KEY
  --test-key       makes both keys for this run and throws them away
  --url URL        where the content of FOLDER will be found; otherwise ROTUNDA_RELEASE_URL
  --revision N     of the packages, 1 by default
  --setup FILE     the installer for Windows, or none; otherwise it is made here, from programs that mingw builds
  --profile P      release by default; dev is quick, for trying this
  --as-built       packs the programs of .deb and .rpm that were built last
  --packed FOLDER  takes .deb and .rpm that installers/package.sh has put there
  --arch A,...     of the programs without libraries: x86_64,aarch64 by default, or none; with aarch64, .deb and .rpm are made
                   for it, too, unless they are --packed

VERSION is the one in Cargo.toml. FOLDER must be empty or absent. Missing system packages are installed first (Debian
and its kin); what is not a system package goes into the cache folder.
TEXT
}

version='' out='' packed='' profile=release revision=1 url=${ROTUNDA_RELEASE_URL:-} setup='' architectures=x86_64,aarch64
KEY=${ROTUNDA_RELEASE_KEY:-} APT_KEY=${ROTUNDA_APT_KEY:-} test_key=no built=()
while [ $# -gt 0 ]; do
  case $1 in
    --as-built) built=(--as-built); shift; continue ;;
    --test-key) test_key=yes; shift; continue ;;
    -h | --help) usage; exit 0 ;;
    --out) out=${2:-} ;;
    --key) KEY=${2:-} ;;
    --apt-key) APT_KEY=${2:-} ;;
    --url) url=${2:-} ;;
    --revision) revision=${2:-} ;;
    --setup) setup=${2:-} ;;
    --packed) packed=${2:-} ;;
    --profile) profile=${2:-} ;;
    --arch) architectures=${2:-} ;;
    -*) usage >&2; exit 2 ;;
    *) [ -z "$version" ] || { usage >&2; exit 2; }; version=$1; shift; continue ;;
  esac
  shift 2 2>/dev/null || { usage >&2; exit 2; }
done
[ -n "$version" ] && [ -n "$out" ] || { usage >&2; exit 2; }
case $profile in dev | release) ;; *) usage >&2; exit 2 ;; esac
architectures=${architectures//,/ }
[ "$architectures" != none ] || architectures=
for architecture in $architectures; do case $architecture in x86_64 | aarch64) ;; *) usage >&2; exit 2 ;; esac; done
[ "$(uname -sm)" = "Linux x86_64" ] || die "a release is made on Linux, x86_64."

# --- what would be found out late ----------------------------------------------------------------

wanted=$(sed -n 's/^version = "\(.*\)"/\1/p' "$ROOT/Cargo.toml" | head -n 1)
[ "$version" = "$wanted" ] || die "Cargo.toml says $wanted, not $version: change it there first, and commit."
if [ -e "$out" ] && [ -n "$(ls -A "$out")" ]; then die "$out is not empty: a release takes nothing over from another."; fi
[ -z "$setup" ] || [ "$setup" = none ] || [ -f "$setup" ] || die "there is no $setup."
if [ "$profile" = release ] && [ -n "$(git -C "$ROOT" status --porcelain)" ]; then
  die "the checkout has changes that are in no commit: a release is made from a commit."
fi
if [ $test_key = no ]; then
  if [ -z "$KEY" ] || [ -z "$APT_KEY" ]; then keys_help; exit 2; fi
  [ -r "$KEY" ] || die "the key $KEY cannot be read."
fi
if [ -z "$url" ]; then
  url=https://rotunda.invalid/$version
  say "No --url: the manifests name $url, which leads nowhere."
fi
url=${url%/}
case $url in https://*) ;; *) die "--url is an address with https." ;; esac
need checks build shell package release || exit 1

work=$(mktemp -d)
clean_up() {
  [ $test_key = no ] || GNUPGHOME=$work/keys/gnupg gpgconf --kill all 2>/dev/null
  rm -rf "$work"
}
trap clean_up EXIT
if [ $test_key = yes ]; then
  say "Test keys: what they sign is for trying this, not for publishing."
  mkdir -m 700 "$work/keys" && make_test_keys "$work/keys" || die "the test keys could not be made."
fi
gpg --batch --quiet --list-secret-keys "$APT_KEY" >/dev/null 2>&1 || die "gpg has no secret key $APT_KEY."
public_key "$work/minisign.pub" || die "minisign could not use $KEY."
check_embedded_key() {
  local embedded
  embedded=$(grep -v '^untrusted comment:' "$ROOT/src-tauri/crates/rotunda-host/src/release.pub" | tr -d '[:space:]')
  [ "$embedded" = "$(tail -n 1 "$work/minisign.pub")" ]
}
if [ $test_key = no ] && ! check_embedded_key; then
  die "this is not the key in src-tauri/crates/rotunda-host/src/release.pub: the programs would refuse the notice of the next version. Put the public key there first, and commit."
fi

SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$ROOT" log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
mkdir -p "$out"
out=$(cd "$out" && pwd)

# --- the files -------------------------------------------------------------------------------

guide() {
  local programs=$CARGO_TARGET_DIR/debug
  [ "$profile" = dev ] || programs=$CARGO_TARGET_DIR/release
  "$programs/rotunda" guide "$work/guide"
}
licences() { { cat "$ROOT/LICENSE"; echo; python3 "$ROOT/installers/linux/notices.py" "$ROOT"; } >"$out/LICENSES.txt"; }
software() { python3 "$ROOT/installers/release/sbom.py" "$ROOT" "$version" >"$out/rotunda-$version.cdx.json"; }
manifests() { python3 "$ROOT/installers/release/manifests.py" "$out" "$version" "$url"; }
# What the setting updates.address leads to: a statement in one line, and the signature of it (rotunda-host, release_key.rs).
statement() {
  printf '{"product":"rotunda","serial":%s,"version":"%s","page":"%s"}\n' "$SOURCE_DATE_EPOCH" "$version" "$url" >"$work/statement" &&
    sign "$work/statement" "rotunda update $SOURCE_DATE_EPOCH" "$out/rotunda.pub" &&
    cat "$work/statement" "$work/statement.minisig" >"$out/update.signed"
}
sums() { (cd "$out" && find . -path ./apt -prune -o -type f ! -name 'SHA256SUMS*' -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum >SHA256SUMS); }
signatures() {
  cp "$work/minisign.pub" "$out/rotunda.pub" &&
    statement && sums &&
    sign "$out/SHA256SUMS" "rotunda $version SHA256SUMS" "$out/rotunda.pub"
}

provide_release_tools || die "the tools of a release could not be fetched."
if [ -n "$packed" ]; then
  cp "$packed/rotunda_$version-${revision}_"*.deb "$packed/rotunda-$version-$revision."*.rpm "$out/" || die "$packed has no packages of $version-$revision."
else
  bash "$ROOT/installers/package.sh" --profile "$profile" --remap --revision "$revision" --out "$out" "${built[@]}" || exit 1
fi
provide_rust
export ROTUNDA_UI_BUILT=1
quietly "Manual pages and completions" guide || exit 1
quietly "Licences" licences || exit 1
if [ -n "$architectures" ]; then debian_rust || die "programs without libraries need Debian's package rustc-web with the sources of std."; fi
case " $architectures " in
  *" aarch64 "*)
    [ -n "$packed" ] || bash "$ROOT/installers/package.sh" --arch aarch64 --guide "$work/guide" --profile "$profile" --revision "$revision" \
      --out "$out" "${built[@]}" || exit 1
    ;;
esac
for architecture in $architectures; do
  quietly "Building rotunda without libraries for $architecture" build_portable "$architecture" "$profile" || exit 1
  quietly "Packing rotunda for $architecture" pack_portable "$architecture" "$profile" "$version" "$out/LICENSES.txt" "$work/guide" "$out" || exit 1
done
put_setup "$out/rotunda-$version-x64-setup.exe" || exit 1
quietly "List of what is built in" software || exit 1
quietly "Repository for apt" make_repository "$out" "$url" "$APT_KEY" "$out"/rotunda_*.deb || exit 1
quietly "Manifests of package managers" manifests || exit 1
quietly "Checksums and signatures" signatures || exit 1
quietly "Looking at all of it" "$RELEASE_TOOLS/bin/python" "$ROOT/installers/release/check.py" "$out" "$version" || exit 1
[ $test_key = no ] || say "Signed with test keys that are gone now."
(cd "$out" && find . -maxdepth 2 -type f -printf '%P\n' | LC_ALL=C sort)
