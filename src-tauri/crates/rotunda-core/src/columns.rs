//! How wide a text is in the columns of a terminal or a menu.

/// A name of at most `most` columns, cut in the middle: names
/// differ at their ends.
pub fn cut(name: &str, most: usize) -> String {
    if columns(name) <= most {
        return name.to_owned();
    }
    let kept = most.saturating_sub(1);
    let (head, tail) = (kept - kept / 2, kept / 2);
    let start = fitting(name.chars(), head);
    let end: Vec<_> = fitting(name.chars().rev(), tail).collect();
    start.chain(std::iter::once('…').take(most.min(1))).chain(end.into_iter().rev()).collect()
}

/// The first characters, as many as fit into so many columns.
fn fitting(letters: impl Iterator<Item = char>, columns: usize) -> impl Iterator<Item = char> {
    let mut taken = 0;
    letters.take_while(move |letter| {
        taken += width(*letter);
        taken <= columns
    })
}

/// The text, with spaces after it up to so many columns.
pub fn pad(text: &str, least: usize) -> String {
    let missing = least.saturating_sub(columns(text));
    format!("{text}{}", " ".repeat(missing))
}

/// How wide a text is, in columns: a Chinese character takes two.
pub fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// Marks on the letter before them, and the two that choose how an emoji looks.
pub(crate) const fn is_mark(letter: char) -> bool {
    matches!(
        letter,
        '\u{300}'..='\u{36f}'
            | '\u{483}'..='\u{489}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{fe0e}'..='\u{fe0f}'
            | '\u{fe20}'..='\u{fe2f}'
    )
}

/// Of one character, by the blocks that East Asian scripts are written in.
pub(crate) fn width(letter: char) -> usize {
    match letter {
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ if is_mark(letter) => 0,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_long_name_loses_its_middle() {
        assert_eq!(cut("work", 4), "work");
        assert_eq!(cut("workshop", 5), "wo…op");
        assert_eq!(cut("workshop", 6), "wor…op");
        assert_eq!(cut("büro-münchen", 7), "bür…hen");
        assert_eq!((cut("work", 1), cut("work", 0)), ("…".to_owned(), String::new()));
    }

    #[test]
    fn a_chinese_character_is_as_wide_as_two_letters() {
        assert_eq!((columns("剩余 62%，5 分"), columns("62% left · …")), (14, 12));
        assert_eq!(cut("数据团队的第二个账号", 20), "数据团队的第二个账号");
        assert_eq!(cut("数据团队的第二个账号", 11), "数据…账号");
        assert_eq!(cut("数据team", 6), "数…am");
    }

    #[test]
    fn a_column_is_filled_up_by_width() {
        assert_eq!((pad("work", 6), pad("工作", 6)), ("work  ".to_owned(), "工作  ".to_owned()));
        assert_eq!(pad("workshop", 6), "workshop");
    }

    proptest! {
        #[test]
        fn a_cut_name_fits(name in ".{0,60}", most in 0usize..50) {
            prop_assert!(columns(&cut(&name, most)) <= most);
        }
    }
}
