//! The packages for Windows and macOS are made elsewhere, but their
//! configuration is read here, with the bundler's own types: an unknown word or
//! a file that is not there is an error.

use std::path::Path;

use serde_json::Value;
use tauri::utils::config::{BundleTarget, BundleType, Config};

/// Our folder: paths in the configuration start here.
const HERE: &str = env!("CARGO_MANIFEST_DIR");

fn read(name: &str) -> Value {
    let text = std::fs::read_to_string(Path::new(HERE).join(name)).expect(name);
    serde_json::from_str(&text).expect(name)
}

/// As `tauri build --config` does it: null takes a key away (RFC 7396).
fn merge(base: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *base = patch;
        return;
    };
    if !base.is_object() {
        *base = Value::Object(serde_json::Map::new());
    }
    let base = base.as_object_mut().expect("just made one");
    for (key, value) in patch {
        if value.is_null() {
            base.remove(&key);
        } else {
            merge(base.entry(key).or_insert(Value::Null), value);
        }
    }
}

fn config_for(system: &str) -> Config {
    let mut merged = read("tauri.conf.json");
    merge(&mut merged, read(&format!("../installers/{system}/bundle.json")));
    serde_json::from_value(merged).expect(system)
}

#[track_caller]
fn is_there(path: impl AsRef<Path>) {
    let path = Path::new(HERE).join(path);
    assert!(path.is_file(), "{} is not there", path.display());
}

#[test]
fn the_windows_installer_is_described() {
    let config = config_for("windows");
    assert_eq!(config.bundle.targets, BundleTarget::List(vec![BundleType::Nsis]));
    assert_eq!(config.bundle.external_bin, Some(vec!["../installers/bin/rotunda".to_owned()]));
    let nsis = config.bundle.windows.nsis.expect("is described");
    is_there(nsis.installer_hooks.expect("unbinds"));
    is_there(nsis.installer_icon.expect("has an icon"));
    is_there(config.bundle.license_file.expect("has a licence"));
    assert!(config.build.before_build_command.is_none());
}

#[test]
fn the_disk_image_is_described() {
    let config = config_for("macos");
    let targets = vec![BundleType::App, BundleType::Dmg];
    assert_eq!(config.bundle.targets, BundleTarget::List(targets));
    assert_eq!(config.bundle.external_bin, Some(vec!["../installers/bin/rotunda".to_owned()]));
    let macos = config.bundle.macos;
    assert!(macos.hardened_runtime, "without it Apple does not notarise");
    is_there(macos.entitlements.expect("are named"));
    is_there(macos.info_plist.expect("is named"));
}

#[test]
fn a_slip_of_the_pen_is_seen() {
    let mut merged = read("tauri.conf.json");
    merge(&mut merged, serde_json::json!({"bundle": {"macOS": {"hardendRuntime": true}}}));
    assert!(serde_json::from_value::<Config>(merged).is_err());
}
