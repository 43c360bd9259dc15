//! That every language has every message with the same arguments, and that code and files name the same messages.

use super::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The fallback may lack nothing; a language under way may. These are complete.
const COMPLETE: &[&str] = &["en", "ar"];

fn resources(tag: &str) -> Vec<(String, String)> {
    let dir = LOCALES.get_dir(tag).unwrap();
    dir.files().map(|f| (f.path().display().to_string(), f.contents_utf8().unwrap().to_owned())).collect()
}

/// Message id → names of its variables, read off the text.
fn messages(tag: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeMap::new();
    for (file, text) in resources(tag) {
        if let Err((_, errors)) = FluentResource::try_new(text.clone()) {
            panic!("{file}: {errors:?}");
        }
        let mut current: Option<String> = None;
        for line in text.lines() {
            let starts = line.starts_with(|c: char| c.is_ascii_alphabetic());
            if let (true, Some((id, _))) = (starts, line.split_once('=')) {
                let id = id.trim().to_owned();
                assert!(all.insert(id.clone(), BTreeSet::new()).is_none(), "{file}: {id} stands twice in {tag}");
                current = Some(id);
            }
            if line.starts_with('#') || line.starts_with('-') {
                current = None;
            }
            if let Some(variables) = current.as_ref().and_then(|id| all.get_mut(id)) {
                for part in line.split('$').skip(1) {
                    let name: String = part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_').collect();
                    variables.insert(name);
                }
            }
        }
    }
    all
}

fn sources(dir: &str, ending: &str) -> Vec<(String, String)> {
    fn walk(dir: &Path, ending: &str, out: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, ending, out);
            } else if path.to_string_lossy().ends_with(ending) {
                out.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut out = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(dir), ending, &mut out);
    out.retain(|(path, _)| !path.ends_with("_tests.rs"));
    for (_, text) in &mut out {
        *text = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    }
    out
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Everything between double quotes that could be an id.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').filter(|part| is_id(part))
}

/// `desk-state-{}` and the like, which code puts together: what stands before the brace.
fn composed_prefix(text: &str) -> Option<&str> {
    let prefix = &text[..text.find('{')?];
    (is_id(prefix) && prefix.ends_with('-') && prefix.len() > "a-".len()).then_some(prefix)
}

#[test]
fn every_language_has_every_message_with_the_same_arguments() {
    let english = messages("en");
    for tag in COMPLETE {
        let theirs = messages(tag);
        let missing: Vec<_> = english.keys().filter(|id| !theirs.contains_key(*id)).collect();
        assert!(missing.is_empty(), "{tag} lacks {missing:?}");
        let extra: Vec<_> = theirs.keys().filter(|id| !english.contains_key(*id)).collect();
        assert!(extra.is_empty(), "{tag} has {extra:?}, which English has not");
        for (id, variables) in &english {
            assert_eq!(&theirs[id], variables, "arguments of {id} in {tag}");
        }
    }
}

#[test]
fn every_message_that_is_named_exists() {
    let english = messages("en");
    let mut missing = BTreeSet::new();
    for (file, text) in sources("src", ".rs").into_iter().chain(sources("templates", ".html")) {
        for id in quoted(&text).filter(|id| id.starts_with("error-")) {
            if !english.contains_key(id) {
                missing.insert(format!("{id} ({file})"));
            }
        }
        for call in [
            "t.get(\"",
            "t.with(\"",
            "t.one(\"",
            "t.two(\"",
            "t.count(\"",
            "lang.text(\"",
            "language.text(\"",
            "lang.text_with(\"",
            "language.text_with(\"",
        ] {
            for (at, _) in text.match_indices(call) {
                // `object.get("href")` is something else.
                let before = text[..at].chars().next_back();
                let own = call.starts_with('.') || !before.is_some_and(|c| c.is_alphanumeric() || c == '_');
                let id = text[at + call.len()..].split('"').next().unwrap_or_default();
                if own && is_id(id) && !english.contains_key(id) {
                    missing.insert(format!("{id} ({file})"));
                }
            }
        }
    }
    assert!(missing.is_empty(), "no such messages: {missing:#?}");
}

#[test]
fn every_message_is_used() {
    let (mut named, mut composed) = (BTreeSet::new(), BTreeSet::new());
    for (_, text) in sources("src", ".rs").into_iter().chain(sources("templates", ".html")) {
        named.extend(quoted(&text).map(str::to_owned));
        composed.extend(text.split('"').filter_map(composed_prefix).map(str::to_owned));
    }
    let english = messages("en");
    let unused: Vec<_> = english
        .keys()
        .filter(|id| !named.contains(*id) && !composed.iter().any(|prefix| id.starts_with(prefix.as_str())))
        .collect();
    assert!(unused.is_empty(), "nobody uses {unused:#?}");
}

#[test]
fn numbers_and_dates_are_the_languages_own() {
    let (english, arabic) = (Lang::english(), Lang::by_tag("ar").unwrap());
    assert_eq!(english.number(8402), "8402");
    assert_eq!(english.number(18402), "18\u{202F}402");
    assert_eq!(arabic.number(18402), "١٨٬٤٠٢");
    let at = chrono::NaiveDate::from_ymd_opt(2026, 1, 12).unwrap().and_hms_opt(18, 30, 0).unwrap();
    assert_eq!(english.date(at), "12 January 2026");
    assert_eq!(arabic.date(at), "١٢ يناير ٢٠٢٦");
    assert_eq!(english.date_time(at), "12 January 2026, 18:30 UTC");
}

#[test]
fn plurals_follow_the_language() {
    let arabic = Lang::by_tag("ar").unwrap();
    let forms: BTreeSet<String> = [0i64, 1, 2, 5, 11, 100]
        .iter()
        .map(|n| arabic.text_with("count-statements", &[("count", n)]).replace(|c: char| c.is_numeric(), ""))
        .collect();
    assert!(forms.len() >= 5, "{forms:?}");
    assert_eq!(Lang::english().text_with("count-statements", &[("count", &1i64)]), "1 statement");
}

#[test]
fn a_text_of_the_other_direction_is_set_apart() {
    let english = Lang::english();
    let said = |name: &str| english.text_with("page-title", &[("page", &name), ("site", &"Bridge")]);
    assert!(!said("River").contains('\u{2068}'));
    assert!(said("النهر").contains("\u{2068}النهر\u{2069}"));
}

#[test]
fn a_missing_message_falls_back_to_english_and_then_to_its_id() {
    assert_eq!(Lang::by_tag("ar").unwrap().text("no-such-message"), "no-such-message");
    assert_eq!(Lang::by_tag("ar-EG").unwrap().tag(), "ar");
    assert!(Lang::by_tag("tlh").is_none());
}
