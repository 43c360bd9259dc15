//! Posters: that they are what was asked for, whatever is written on them.

use super::{of_call::*, *};
use crate::domain::{
    action::ActionContent,
    call::Call,
    place::{City, Place, Precision},
    statement::StatementContent,
    time::parse_rfc3339,
    when::When,
};

fn content(title: &str, language: &str) -> StatementContent {
    let call = Call::new(When::parse("2027-01-25", "2027-02-01", "").unwrap());
    StatementContent { title: title.into(), language: language.into(), call: Some(call), ..StatementContent::default() }
}

fn action(title: &str) -> ActionContent {
    let place = Place {
        precision: Precision::District,
        name: "Old bridge".into(),
        address: "Secret street 3".into(),
        city: Some(City { id: 2_996_944, name: "Lyon".into() }),
        ..Default::default()
    };
    serde_json::from_value(serde_json::json!({
        "title": title, "when": When::parse("2027-01-30T14:00", "16:00", "Europe/Paris").unwrap(), "place": place,
    }))
    .unwrap()
}

fn told<'a>(content: &'a StatementContent, language: Option<&'a str>, actions: &'a [ActionContent]) -> Poster {
    poster(&Told {
        content,
        collective: "River Commune",
        url: "https://river.example/statements/01a20802-242f-7750-9d07-4c8f0ff69575",
        paper: Paper::A4,
        language,
        town: if actions.is_empty() { "" } else { "Lyon" },
        actions,
        beyond: 0,
        now: parse_rfc3339("2027-01-01T00:00:00Z").unwrap(),
    })
    .unwrap()
}

#[test]
fn a_poster_says_when_in_the_language_that_is_asked_for() {
    let river = content("Days for the river", "en");
    let english = told(&river, None, &[]);
    assert_eq!(
        (english.when.as_str(), english.rtl, english.kicker.as_str()),
        ("25 January 2027 – 1 February 2027", false, "Call to action")
    );
    assert_eq!((english.first.clone(), english.place.as_str()), (("January".into(), "25".into()), "Everywhere"));
    let arabic = told(&river, Some("ar"), &[]);
    assert!(arabic.rtl && arabic.when.contains("يناير") && arabic.title == "Days for the river");
    let turkish = told(&river, Some("tr"), &[]);
    assert_eq!((turkish.when.as_str(), turkish.kicker.as_str()), ("25 Ocak 2027 – 1 Şubat 2027", ""));
    assert!(told(&content("ڕۆژانی چالاکی", "ckb"), None, &[]).rtl);
}

#[test]
fn what_may_not_be_told_and_what_is_cancelled_does_not_hang_on_walls() {
    let mut cancelled = action("Vigil");
    cancelled.status = crate::domain::call::CallStatus::Cancelled;
    let river = content("Days for the river", "en");
    let lyon = told(&river, None, &[action("March"), cancelled]);
    assert_eq!(lyon.actions.len(), 1);
    assert_eq!(
        (lyon.actions[0].place.as_str(), lyon.actions[0].when.as_str()),
        ("Old bridge, Lyon", "30 January 2027, 14:00–16:00")
    );
    let off = StatementContent { call: river.call.clone().map(|call| call.cancelled("")), ..river };
    let off = told(&off, Some("tr"), &[]);
    assert!(off.warning.contains("cancelled") && off.when.is_empty() && off.first.1.is_empty());
}

#[test]
fn posters_are_sheets_of_paper_and_always_the_same() {
    let river = content("Days for the river", "en");
    let many: Vec<ActionContent> = (0..60).map(|n| action(&format!("March {n}"))).collect();
    let longest = "Donaudampfschifffahrtsgesellschaft ".repeat(9);
    for title in
        ["", "Days", &longest, &"x".repeat(MAX_POSTER_TITLE * 2), "نداء من أجل النهر", "🔥", "a\u{202e}b\u{2066}c\n\u{0}"]
    {
        for paper in [Paper::A4, Paper::A3] {
            let poster = Poster { paper, title: title.into(), ..told(&river, None, &many) };
            let pdf = poster.write().unwrap();
            assert!(pdf.starts_with(b"%PDF-1.") && pdf.len() < 200_000, "{} {title}", pdf.len());
            assert_eq!(pdf, poster.write().unwrap());
        }
    }
    let a3 = Poster { paper: Paper::A3, ..told(&river, None, &[]) };
    let text = String::from_utf8_lossy(&a3.write().unwrap()).into_owned();
    assert!(text.contains("/MediaBox [0 0 841.89 1190.55]") && text.contains("/Count 1"), "one upright sheet");
}

#[test]
fn letters_that_we_do_not_have_are_said_and_not_drawn_as_boxes() {
    let poster = told(&content("河流行动日", "zh"), None, &[]);
    assert_eq!(poster.write(), Err(Unable::Script));
}
