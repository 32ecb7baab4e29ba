// render.js BUNDLER HANDLEBARS OUT VERSION PLUGINS PROGRAMS: writes Tauri's installer script, filled with bundle.json as
// tauri-bundler fills it (src/bundle/windows/nsis/mod.rs), into the folder OUT.
//
//   BUNDLER     the sources of the crate tauri-bundler
//   HANDLEBARS  dist/cjs/handlebars.js of the npm package
//   PLUGINS     the folder with nsis_tauri_utils.dll
//   PROGRAMS    the folder with rotunda.exe, rotunda-desktop.exe and WebView2Loader.dll, which a build by mingw needs beside
//               the program and one by MSVC has in it
'use strict';

const fs = require('fs');
const path = require('path');

const [bundler, handlebars, out, version, plugins, programs] = process.argv.slice(2);
const loaded = require(handlebars);
const Handlebars = loaded.default || loaded;
const nsis = path.join(bundler, 'src/bundle/windows/nsis');
const tauri = path.resolve(__dirname, '../../src-tauri');
const { identifier, productName } = JSON.parse(fs.readFileSync(path.join(tauri, 'tauri.conf.json'), 'utf8'));
const { bundle } = JSON.parse(fs.readFileSync(path.join(__dirname, 'bundle.json'), 'utf8'));
const settings = bundle.windows.nsis;

// NSIS reads a file as UTF-8 only with a mark at its beginning.
function write(name, text) {
  const file = path.join(out, name);
  fs.writeFileSync(file, '\ufeff' + text);
  return file;
}

const read = (name) => fs.readFileSync(path.join(nsis, name), 'utf8');
const inTauri = (name) => path.resolve(tauri, name);
const size = (name) => fs.statSync(path.join(programs, name)).size;

fs.mkdirSync(out, { recursive: true });
for (const name of ['utils.nsh', 'FileAssociation.nsh']) write(name, read(name));
const escapes = { '"': '$\\"', $: '$$', '`': '$\\`', '\n': '$\\n', '\t': '$\\t', '\r': '$\\r' };
Handlebars.Utils.escapeExpression = (text) =>
  text === undefined || text === null ? '' : String(text).replace(/["$`\n\t\r]/g, (letter) => escapes[letter]);
Handlebars.registerHelper('no-escape', (text) => new Handlebars.SafeString(text));
Handlebars.registerHelper('or', (one, other) => one || other);
Handlebars.registerHelper('association-description', (description, extension) => description || `${extension} File`);

const script = Handlebars.compile(read('installer.nsi'))({
  additional_plugins_path: plugins,
  allow_downgrades: true,
  arch: 'x64',
  binaries: { [path.join(programs, 'rotunda.exe')]: 'rotunda.exe' },
  bundle_id: identifier,
  compression: 'none',
  copyright: '',
  display_language_selector: settings.displayLanguageSelector,
  estimated_size: Math.round((size('rotunda.exe') + size('rotunda-desktop.exe')) / 1024),
  homepage: '',
  install_mode: settings.installMode,
  install_webview2_mode: bundle.windows.webviewInstallMode.type,
  installer_hooks: inTauri(settings.installerHooks),
  installer_icon: inTauri(settings.installerIcon),
  language_files: settings.languages.map((name) => write(`${name}.nsh`, read(`languages/${name}.nsh`))),
  languages: settings.languages,
  license: write('license_file', fs.readFileSync(inTauri(bundle.licenseFile), 'utf8')),
  main_binary_name: 'rotunda-desktop',
  main_binary_path: path.join(programs, 'rotunda-desktop.exe'),
  manufacturer: bundle.publisher,
  out_file: 'nsis-output.exe',
  product_name: productName,
  resources: { [path.join(programs, 'WebView2Loader.dll')]: ['', 'WebView2Loader.dll'] },
  resources_ancestors: [],
  resources_dirs: [],
  version,
  version_with_build: `${version}.0`,
  webview2_installer_args: '/silent',
});
write('installer.nsi', script);
