//! Texts cut to the room there is.

/// Cuts the middle out of a text that is longer than `most` characters, so that
/// both its beginning and its end can be told from others.
pub(crate) fn cut(text: &str, most: usize) -> String {
    let all: Vec<char> = text.chars().collect();
    if all.len() <= most {
        return text.to_owned();
    }
    let kept = most.saturating_sub(1);
    let (head, tail) = (kept.div_ceil(2), kept / 2);
    let start: String = all[..head].iter().collect();
    let end: String = all[all.len() - tail..].iter().collect();
    format!("{start}…{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, most: usize, expected: &str) {
        let found = cut(text, most);
        assert_eq!(found, expected);
        assert!(found.chars().count() <= most);
    }

    #[test]
    fn a_long_text_loses_its_middle() {
        check("work", 4, "work");
        check("workshop", 5, "wo…op");
        check("workshop", 6, "wor…op");
        check("数据团队的第二个账号", 5, "数据…账号");
        check("workshop", 1, "…");
    }
}
