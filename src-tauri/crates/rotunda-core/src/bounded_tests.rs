use http::HeaderValue;
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

#[test]
fn a_number_may_come_as_text_and_is_always_finite() {
    assert_eq!(number(&json!(5)), Some(5.0));
    assert_eq!(number(&json!(" 5.5 ")), Some(5.5));
    assert_eq!(number(&json!(u64::MAX)), Some(18_446_744_073_709_551_615.0));
    for odd in
        [json!("NaN"), json!("inf"), json!("-Infinity"), json!("1e999"), json!(""), json!(null)]
    {
        assert_eq!(number(&odd), None, "{odd}");
    }
    assert_eq!(number_in(&"1".repeat(65)), None);
}

#[test]
fn a_share_is_clamped_and_a_time_that_cannot_be_is_absent() {
    for (given, expected) in [(-1.0, 0.0), (1e308, 100.0), (f64::INFINITY, 100.0), (62.5, 62.5)] {
        assert_eq!(percent_from(given), Some(expected));
    }
    assert_eq!(percent_from(f64::NAN), None);
    let longest = LONGEST_SPAN.as_secs_f64();
    assert_eq!(seconds_from(longest), Some(LONGEST_SPAN));
    for odd in [longest + 1.0, -1.0, f64::NAN, f64::INFINITY, 1e308, f64::MIN] {
        assert_eq!(seconds_from(odd), None, "{odd}");
    }
    assert_eq!(instant_from_unix(1.5), Some(UNIX_EPOCH + Duration::from_millis(1500)));
    for odd in [-1.0, 1.8e12, 1e17, 1e300, f64::NAN] {
        assert_eq!(instant_from_unix(odd), None, "{odd}");
    }
}

#[test]
fn a_count_of_tokens_is_clamped() {
    for (given, expected) in [
        (json!(7), 7),
        (json!(7.9), 7),
        (json!("7"), 7),
        (json!(-7), 0),
        (json!(i64::MIN), 0),
        (json!(null), 0),
        (json!({}), 0),
        (json!(u64::MAX), MOST_TOKENS),
        (json!(1e308), MOST_TOKENS),
    ] {
        assert_eq!(tokens_from(&given), expected, "{given}");
    }
}

#[test]
fn json_with_a_number_that_no_double_holds_is_read_without_it() {
    let read =
        json(br#"{"error":{"code":"usage_limit_reached","resets_at":1e999,"all":[1,-1e999]}}"#);
    let expected =
        json!({"error": {"code": "usage_limit_reached", "resets_at": null, "all": [1, null]}});
    assert_eq!(read, Some(expected));
    assert_eq!(json(b"{"), None);
    assert_eq!(json(b"1e999"), Some(Value::Null));
    let deep = format!("{}1e999{}", "[".repeat(100), "]".repeat(100));
    assert!(json(deep.as_bytes()).is_some());
}

#[test]
fn a_wrong_clock_never_makes_a_wait_longer() {
    let reset = Some(100_000.0 + 7200.0);
    let served = Some(at(100_000));
    for (now, expected) in
        [(100_000, 7200), (96_400, 7200), (100_000 - 99_000, 7200), (103_600, 3600)]
    {
        let receipt = Receipt { now: at(now), served };
        assert_eq!(receipt.remaining(reset, None), Some(Duration::from_secs(expected)), "{now}");
    }
    let ten_years_fast = Receipt { now: at(400_000_000), served };
    assert_eq!(ten_years_fast.remaining(reset, None), Some(Duration::from_secs(7200)));
    let blind = Receipt::at(at(400_000_000));
    assert_eq!(blind.remaining(reset, Some(60.0)), Some(Duration::from_secs(60)));
    assert_eq!(blind.remaining(reset, None), Some(Duration::ZERO), "it is past as far as is known");
    assert_eq!(blind.remaining(Some(1e300), Some(-1.0)), None);
}

#[test]
fn the_date_of_an_answer_is_read_from_its_headers() {
    let mut headers = HeaderMap::new();
    headers.insert("date", HeaderValue::from_static("Thu, 01 Jan 1970 00:01:00 GMT"));
    assert_eq!(Receipt::of(&headers, at(5)).served, Some(at(60)));
    for odd in ["yesterday", "Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1969 00:01:00 GMT"] {
        headers.insert("date", HeaderValue::from_static(odd));
        assert_eq!(Receipt::of(&headers, at(5)).served, None, "{odd}");
    }
}

proptest! {
    #[test]
    fn every_number_is_bounded(bits in any::<u64>(), whole in any::<i64>()) {
        for number in [f64::from_bits(bits), whole.to_string().parse().unwrap()] {
            prop_assert!(percent_from(number).is_none_or(|share| (0.0..=100.0).contains(&share)));
            prop_assert!(seconds_from(number).is_none_or(|span| span <= LONGEST_SPAN));
            prop_assert!(instant_from_unix(number).is_none_or(|at| at <= UNIX_EPOCH + Duration::from_secs(LATEST + 1)));
        }
        prop_assert!(tokens_from(&json!(whole)) <= MOST_TOKENS);
    }

    #[test]
    fn no_bytes_make_the_lenient_reader_panic(bytes in any::<Vec<u8>>()) {
        let _ = json(&bytes);
    }
}
