use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

use super::*;

fn web_token(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2ln", part(&json!({"alg": "RS256"})), part(claims))
}

fn access(account: &str, user: &str) -> String {
    web_token(&json!({
        "iat": 1_800_000_000, "exp": 1_800_003_600,
        "https://api.openai.com/auth": {"chatgpt_account_id": account, "chatgpt_user_id": user},
    }))
}

fn held() -> ChatGptCredential {
    ChatGptCredential {
        access: Secret::new(access("acc-1", "user-1")),
        expires: None,
        refresh: Some(Secret::new("r1".to_owned())),
        account_id: Some("acc-1".to_owned()),
    }
}

fn read_text(body: &str) -> Result<Made, Failure> {
    read(body.as_bytes(), None, &held())
}

#[track_caller]
fn refused(body: &Value, word: &'static str) {
    match read_text(&body.to_string()) {
        Err(failure) => assert_eq!(failure, Failure::Unusable(word), "{body}"),
        Ok(_) => panic!("{body} is taken"),
    }
}

#[test]
fn what_a_good_answer_leaves_out_stays() {
    let body = json!({"access_token": access("acc-1", "user-1"), "refresh_token": null});
    let made = read_text(&body.to_string()).unwrap();
    assert_eq!(made.credential.refresh.unwrap().expose(), "r1");
    assert_eq!(made.credential.account_id.as_deref(), Some("acc-1"));
    assert!(made.stated.issued.is_some() && made.credential.expires.is_some());
}

#[test]
fn a_refresh_token_that_cannot_be_one_is_refused() {
    let long = "r".repeat(5000);
    for token in
        ["", " ", "r2\r\n", "r2\r\nx: y", "r 2", "r\u{7}2", "r\u{e9}2", "\u{feff}r2", &long]
    {
        let body = json!({"access_token": access("acc-1", "user-1"), "refresh_token": token});
        refused(&body, "malformed_refresh_token");
    }
}

#[test]
fn an_access_token_that_cannot_be_one_is_refused() {
    let good = access("acc-1", "user-1");
    let unsafe_end = format!("{good}\r\n");
    let (two, four) = (good.rsplit_once('.').unwrap().0.to_owned(), format!("{good}.x"));
    let broken = good.replacen('.', ".!", 1);
    let unsigned = format!("{two}.");
    for token in ["", " ", "opaque", "null", &unsafe_end, &two, &four, &broken, &unsigned] {
        let body = json!({"access_token": token, "refresh_token": "r2"});
        refused(&body, "malformed_access_token");
    }
    refused(&json!({"refresh_token": "r2"}), "no_access_token");
    refused(&json!({}), "no_access_token");
    refused(&json!({"access_token": null}), "no_access_token");
}

#[test]
fn tokens_of_another_account_or_person_are_refused() {
    for (account, user) in [("acc-2", "user-1"), ("acc-1", "user-2")] {
        let other = access(account, user);
        refused(&json!({"access_token": other, "refresh_token": "r2"}), "another_account");
        let ours = access("acc-1", "user-1");
        refused(&json!({"access_token": ours, "id_token": other}), "another_account");
    }
}

#[test]
fn what_one_side_does_not_know_is_no_other_account() {
    let bare = web_token(&json!({"exp": 1_800_003_600}));
    let body = json!({"access_token": bare, "refresh_token": "r2"});
    assert!(read_text(&body.to_string()).is_ok());
    let unknown = ChatGptCredential { account_id: None, access: Secret::new(bare), ..held() };
    let body = json!({"access_token": access("acc-2", "user-2")}).to_string();
    assert!(read(body.as_bytes(), None, &unknown).is_ok());
    let opaque = ChatGptCredential { access: Secret::new("opaque".to_owned()), ..held() };
    assert!(read(br#"{"access_token": "opaque-2"}"#, None, &opaque).is_ok());
}

#[test]
fn what_is_no_answer_is_refused() {
    for body in ["", "<!doctype html><h1>Sign in</h1>", "[]", "null", "{", r#"{"access_token": 7}"#]
    {
        match read_text(body) {
            Err(failure) => assert_eq!(failure, Failure::Unusable("not_json"), "{body}"),
            Ok(_) => panic!("{body} is taken"),
        }
    }
    let good = access("acc-1", "user-1");
    for error in [json!("temporarily"), json!({"code": "refresh_token_reused"}), json!({})] {
        refused(&json!({"access_token": good, "error": error}), "error_object");
    }
}

#[test]
fn a_token_that_has_ended_when_it_comes_is_refused() {
    let good = access("acc-1", "user-1");
    for seconds in [json!(0), json!(-1), json!(-1e9), json!(0.0), json!(1e-10)] {
        refused(&json!({"access_token": good, "expires_in": seconds}), "already_ended");
    }
    let ended = web_token(&json!({"iat": 1_800_000_000, "exp": 1_800_000_000}));
    refused(&json!({"access_token": ended}), "already_ended");
    for seconds in [json!("soon"), json!(null), json!(1e300)] {
        let body = json!({"access_token": good, "expires_in": seconds}).to_string();
        assert!(read_text(&body).unwrap().stated.expires_in.is_none(), "{body}");
    }
}

#[test]
fn only_the_issuer_s_own_codes_end_a_sign_in() {
    let refuses = |status: u16, body: Value| {
        refusal(http::StatusCode::from_u16(status).unwrap(), body.to_string().as_bytes())
    };
    for code in PERMANENT {
        for body in
            [json!({"error": {"code": code}}), json!({"error": code}), json!({"code": code})]
        {
            assert_eq!(refuses(401, body.clone()), Failure::Refused(code));
            assert_eq!(refuses(400, body.clone()), Failure::Refused(code));
            assert_eq!(refuses(502, body), Failure::Trouble);
        }
    }
    assert_eq!(refuses(401, json!({})), Failure::Trouble);
    assert_eq!(refuses(401, json!({"error": {"code": "invalid_client"}})), Failure::Trouble);
    assert_eq!(refusal(http::StatusCode::UNAUTHORIZED, b"<html>"), Failure::Trouble);
}
