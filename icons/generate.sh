#!/usr/bin/env bash
# Renders the icon set from the three drawings. Run after changing a drawing; the results are committed.
#   generate.sh           write the set beside this script
#   generate.sh --check   fail when the committed set is not what the drawings give
set -euo pipefail
cd "$(dirname "$0")"

command -v rsvg-convert >/dev/null || { echo "rsvg-convert is missing: install librsvg2-bin" >&2; exit 1; }
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# One drawing cannot serve 16 and 1024 pixels: each size takes the drawing made for it.
drawing_for() {
  if (($1 <= 16)); then echo rotunda-16.svg
  elif (($1 <= 32)); then echo rotunda-small.svg
  else echo rotunda.svg; fi
}
for size in 16 24 32 48 64 128 256 512 1024; do
  rsvg-convert --width "$size" --height "$size" "$(drawing_for "$size")" --output "$out/$size.png"
done
python3 pack.py "$out"

set_dir=$out/set
mkdir "$set_dir"
cp "$out/32.png" "$set_dir/32x32.png"
cp "$out/128.png" "$set_dir/128x128.png"
cp "$out/256.png" "$set_dir/128x128@2x.png"
cp "$out/512.png" "$set_dir/icon.png"
mv "$out/icon.ico" "$out/icon.icns" "$set_dir/"

if [[ ${1:-} == --check ]]; then
  for made in "$set_dir"/*; do
    cmp --silent "$made" "$(basename "$made")" || { echo "icons/$(basename "$made") is stale: run icons/generate.sh" >&2; exit 1; }
  done
  echo "icons match their drawings"
else
  cp "$set_dir"/* .
  ls "$set_dir"
fi
