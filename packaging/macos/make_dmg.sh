#!/bin/sh
# After `python packaging/build.py` on macOS: dist/ipcsim -> dist/ipcsim.app -> dist/ipcsim.dmg
set -eu
cd "$(dirname "$0")/../.."
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' ipcsim/__init__.py)
app=dist/ipcsim.app/Contents
rm -rf dist/ipcsim.app dist/stage
mkdir -p "$app/MacOS" "$app/Resources" dist/stage
# The launcher looks for python/ beside itself.
cp -R dist/ipcsim/. "$app/MacOS/"
cp packaging/icons/ipcsim.icns "$app/Resources/ipcsim.icns"
sed "s/@VERSION@/$version/" packaging/macos/Info.plist > "$app/Info.plist"
# Without a certificate: an ad-hoc signature, which Apple silicon demands of all code.
codesign --force --deep --sign - dist/ipcsim.app
cp -R dist/ipcsim.app dist/stage/
ln -s /Applications dist/stage/Applications
hdiutil create -volname ipcsim -srcfolder dist/stage -ov -format UDZO "dist/ipcsim-$version-macos.dmg"
