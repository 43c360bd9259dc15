//! Texts for people from Fluent files: `locales/<language>/*.ftl`, embedded. English is whole; another language falls
//! back to it message by message. Used by pages, mails and the command line.
//!
//! Must not know HTTP, templates or the database; `web::i18n` decides which language a reader gets.

use crate::{
    domain::{Timestamp, country, language},
    error::{Error, Fault},
    text::gazetteer,
};
use chrono::{Datelike, Timelike};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use include_dir::{Dir, include_dir};
use std::{borrow::Cow, sync::OnceLock};
use unic_langid::LanguageIdentifier;

#[path = "i18n_when.rs"]
mod when;

static LOCALES: Dir = include_dir!("$CARGO_MANIFEST_DIR/locales");

/// The language that has every message.
const FALLBACK: &str = "en";

struct Language {
    tag: &'static str,
    dir: &'static str,
    name: &'static str,
    digits: Digits,
    bundle: FluentBundle<FluentResource>,
}

/// A language of the interface: a handle as cheap as a reference.
#[derive(Clone, Copy)]
pub struct Lang(&'static Language);

impl std::fmt::Debug for Lang {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.tag)
    }
}

impl PartialEq for Lang {
    fn eq(&self, other: &Self) -> bool {
        self.0.tag == other.0.tag
    }
}

/// Which digits a language writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Digits {
    Western,
    ArabicIndic,
    Persian,
}

impl Digits {
    fn of(tag: &str) -> Self {
        match tag.split('-').next() {
            Some("ar" | "ckb") => Self::ArabicIndic,
            Some("fa" | "ur") => Self::Persian,
            _ => Self::Western,
        }
    }

    fn zero(self) -> u32 {
        match self {
            Self::Western => '0' as u32,
            Self::ArabicIndic => 0x0660,
            Self::Persian => 0x06F0,
        }
    }

    /// Digits in threes. The space is narrow and never breaks a line; Arabic and Persian have a sign of their own.
    fn group(self) -> char {
        if self == Self::Western { '\u{202F}' } else { '\u{066C}' }
    }

    fn write(self, ascii: &str) -> String {
        let digit = |c: char| c.to_digit(10).and_then(|d| char::from_u32(self.zero() + d)).unwrap_or(c);
        ascii.chars().map(digit).collect()
    }

    fn grouped(self, number: i64) -> String {
        let ascii = number.unsigned_abs().to_string();
        let mut out = String::new();
        if number < 0 {
            out.push('-');
        }
        for (at, c) in ascii.chars().enumerate() {
            // Four digits stand together, as a year does.
            if at > 0 && (ascii.len() - at).is_multiple_of(3) && ascii.len() > 4 {
                out.push(self.group());
            }
            out.push(c);
        }
        self.write(&out)
    }
}

/// A value that goes into a message. Numbers choose plural forms and are written with the language's digits.
#[derive(Debug, Clone)]
pub enum Arg<'a> {
    Text(Cow<'a, str>),
    Number(i64),
}

/// What can be an argument of a message, through any number of references (templates add them).
pub trait ToArg {
    fn to_arg(&self) -> Arg<'_>;
}

impl<T: ToArg + ?Sized> ToArg for &T {
    fn to_arg(&self) -> Arg<'_> {
        (**self).to_arg()
    }
}

impl ToArg for str {
    fn to_arg(&self) -> Arg<'_> {
        Arg::Text(Cow::Borrowed(self))
    }
}

impl ToArg for String {
    fn to_arg(&self) -> Arg<'_> {
        Arg::Text(Cow::Borrowed(self))
    }
}

impl ToArg for Cow<'_, str> {
    fn to_arg(&self) -> Arg<'_> {
        Arg::Text(Cow::Borrowed(self))
    }
}

macro_rules! number_arg {
    ($($kind:ty),+) => { $(impl ToArg for $kind {
        fn to_arg(&self) -> Arg<'_> { Arg::Number(i64::try_from(*self).unwrap_or(i64::MAX)) }
    })+ };
}
number_arg!(i32, i64, u16, u32, u64, usize);

impl Lang {
    /// All languages of the interface: English first, then by tag.
    pub fn all() -> impl Iterator<Item = Lang> {
        languages().iter().map(Lang)
    }

    pub fn english() -> Self {
        Lang(&languages()[0])
    }

    /// The language with this tag, or the one that speaks it without its region (`ar-TN` → `ar`).
    pub fn by_tag(tag: &str) -> Option<Self> {
        let tag = tag.trim();
        let primary = tag.split(['-', '_']).next().unwrap_or(tag);
        let find = |wanted: &str| languages().iter().find(|l| l.tag.eq_ignore_ascii_case(wanted)).map(Lang);
        find(tag).or_else(|| find(primary))
    }

    /// BCP 47 tag.
    pub fn tag(self) -> &'static str {
        self.0.tag
    }

    /// `rtl` or `ltr`.
    pub fn dir(self) -> &'static str {
        self.0.dir
    }

    /// The language's name for itself.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// A message without arguments. An unknown id comes back as it is (a test finds those).
    pub fn text(self, id: &str) -> String {
        self.format(id, None)
    }

    /// A message with arguments. A text whose script runs the other way is set apart with FSI and PDI, so that it can't
    /// turn its surroundings around.
    pub fn text_with(self, id: &str, args: &[(&str, &dyn ToArg)]) -> String {
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            match value.to_arg() {
                Arg::Text(text) => values.set(*name, FluentValue::from(self.isolated(&text))),
                Arg::Number(number) => values.set(*name, FluentValue::from(number)),
            }
        }
        self.format(id, Some(&values))
    }

    fn format(self, id: &str, args: Option<&FluentArgs>) -> String {
        for language in [self.0, Lang::english().0] {
            if let Some(pattern) = language.bundle.get_message(id).and_then(|message| message.value()) {
                let mut errors = Vec::new();
                let text = language.bundle.format_pattern(pattern, args, &mut errors).into_owned();
                for error in errors {
                    tracing::warn!(id, language = language.tag, %error, "a message can't be formatted");
                }
                return text;
            }
        }
        tracing::warn!(id, "there is no such message");
        id.to_owned()
    }

    fn isolated(self, text: &str) -> String {
        // A mark at its end would become part of an address that a mail program makes a link of.
        if text.starts_with("http://") || text.starts_with("https://") {
            return text.to_owned();
        }
        let other_way = |c: char| c.is_alphabetic() && (is_rtl(c) != (self.0.dir == "rtl"));
        if text.chars().any(other_way) { format!("\u{2068}{text}\u{2069}") } else { text.to_owned() }
    }

    /// A text of Western digits in the language's own.
    pub fn digits(self, text: &str) -> String {
        self.0.digits.write(text)
    }

    /// A number with the language's digits, in groups of three.
    pub fn number(self, number: i64) -> String {
        self.0.digits.grouped(number)
    }

    /// `12 January 2026`
    pub fn date(self, at: Timestamp) -> String {
        let month = self.text(&format!("month-{}", at.month()));
        let (day, year) = (self.0.digits.write(&at.day().to_string()), self.0.digits.write(&at.year().to_string()));
        self.text_with("date", &[("day", &day), ("month", &month), ("year", &year)])
    }

    /// `12 January 2026, 18:30 UTC`
    pub fn date_time(self, at: Timestamp) -> String {
        let time = self.0.digits.write(&format!("{:02}:{:02}", at.hour(), at.minute()));
        self.text_with("date-time", &[("date", &self.date(at)), ("time", &time)])
    }
}

fn is_rtl(c: char) -> bool {
    matches!(u32::from(c), 0x0590..=0x08FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFF | 0x10800..=0x10FFF | 0x1E800..=0x1EFFF)
}

/// `rtl` or `ltr` by the first letter of a text.
pub fn direction_of(text: &str) -> &'static str {
    if text.chars().find(|c| c.is_alphabetic()).is_some_and(is_rtl) { "rtl" } else { "ltr" }
}

/// The code of a country by its name in any language of the interface, or by its code, as somebody typed it.
pub fn country_called(text: &str) -> Option<&'static str> {
    // Codes that everybody says, and nobody gave out.
    match text.trim() {
        "UK" => return Some("GB"),
        "USA" => return Some("US"),
        _ => {}
    }
    let wanted = gazetteer::fold(text);
    let named = |code: &&'static str| {
        let id = format!("country-{}", code.to_ascii_lowercase());
        Lang::all().any(|lang| gazetteer::fold(&lang.text(&id)) == wanted)
    };
    country::parse(text).or_else(|| if wanted.is_empty() { None } else { country::CODES.split_ascii_whitespace().find(named) })
}

/// One fault of a field, said to a person.
pub fn fault_text(lang: Lang, fault: &Fault) -> String {
    let args: Vec<(&str, &dyn ToArg)> = fault.args.iter().map(|(name, value)| (*name, value as &dyn ToArg)).collect();
    lang.text_with(fault.message, &args)
}

/// An error, said to a person. What is inside `Busy` and `Internal` stays in the log.
pub fn error_text(lang: Lang, error: &Error) -> String {
    match error {
        Error::NotFound => lang.text("error-not-found"),
        Error::Forbidden(id) | Error::Conflict(id) => lang.text(id),
        Error::Invalid(faults) => faults.iter().map(|fault| fault_text(lang, fault)).collect::<Vec<_>>().join("\n"),
        Error::TooMany(seconds) => lang.text_with("error-too-many", &[("seconds", seconds)]),
        Error::Busy(_) => lang.text("error-busy"),
        Error::Upstream(text) => lang.text_with("error-upstream", &[("detail", text)]),
        Error::Config(text) => text.clone(),
        Error::Internal(_) => lang.text("error-internal"),
    }
}

fn languages() -> &'static [Language] {
    static LANGUAGES: OnceLock<Vec<Language>> = OnceLock::new();
    LANGUAGES.get_or_init(|| {
        let mut all: Vec<Language> = LOCALES.dirs().filter_map(load).collect();
        all.sort_by_key(|language| (language.tag != FALLBACK, language.tag));
        all
    })
}

fn load(dir: &'static Dir<'static>) -> Option<Language> {
    let tag = dir.path().file_name()?.to_str()?;
    let id: LanguageIdentifier = tag.parse().ok()?;
    let digits = Digits::of(tag);
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // `Lang::isolated` does it where it is needed: marks around every word would break what people copy.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(match digits {
        Digits::Western => |value, _| write_number(Digits::Western, value),
        Digits::ArabicIndic => |value, _| write_number(Digits::ArabicIndic, value),
        Digits::Persian => |value, _| write_number(Digits::Persian, value),
    }));
    for file in dir.files() {
        let text = file.contents_utf8()?.to_owned();
        // A file with a slip in it still gives its other messages; a test names the slip.
        let resource = FluentResource::try_new(text).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
    }
    let name = language::OFFERED.iter().find(|(offered, _)| *offered == tag).map_or(tag, |(_, name)| name);
    Some(Language { tag, dir: language::direction(tag), name, digits, bundle })
}

#[expect(clippy::cast_possible_truncation, reason = "only whole numbers go in")]
fn write_number(digits: Digits, value: &FluentValue) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(digits.grouped(number.value as i64)),
        _ => None,
    }
}

#[cfg(test)]
#[path = "i18n_tests.rs"]
mod tests;
