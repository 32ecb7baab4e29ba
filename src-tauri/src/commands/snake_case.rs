// The spelling of a command in JSON and in permissions. `build.rs` and the tests of what is generated include it.

/// `UseProfile` as the window writes it: `use_profile`.
fn snake_case(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push('_');
        }
        words.extend(letter.to_lowercase());
    }
    words
}
