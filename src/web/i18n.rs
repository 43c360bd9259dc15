//! Which language a reader gets, and [`T`]: what every template knows beside its own data.
//!
//! The order: the address (`/ar/…`), the signed-in member's own, `Accept-Language`, the instance's first language.

use crate::{
    domain::{Site, Timestamp, country, time},
    error::{Error, Fault},
    i18n::{self, ToArg},
    state::AppState,
};
use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    body::MessageBody,
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{
        Uri,
        header::{ACCEPT_LANGUAGE, HeaderValue, VARY},
        uri::PathAndQuery,
    },
    middleware::Next,
    web::Data,
};
use std::{future::Ready, sync::Arc};

pub use crate::i18n::{Lang, error_text, fault_text};

/// Who is signed in, as far as a page needs to know. The session middleware puts it into the request's extensions.
#[derive(Debug, Clone)]
pub struct Viewer {
    pub name: String,
    /// The member's own language.
    pub language: String,
    pub steward: bool,
}

/// A language that the address named: taken off the path before routing.
#[derive(Debug, Clone, Copy)]
struct Prefix(Lang);

/// What every template knows: the reader's language, addresses in it, the instance, who is signed in.
///
/// An extractor: `async fn page(t: T, …)`.
#[derive(Clone)]
pub struct T {
    /// BCP 47, for `<html lang>`.
    pub lang: &'static str,
    /// `ltr` or `rtl`.
    pub dir: &'static str,
    pub language: Lang,
    /// `None` before setup.
    pub site: Option<Arc<Site>>,
    pub viewer: Option<Viewer>,
    prefixed: bool,
    /// Path and query without the language.
    here: String,
}

impl T {
    pub fn of(request: &HttpRequest) -> Self {
        let site = request.app_data::<Data<AppState>>().and_then(|state| state.site_if_set_up());
        let extensions = request.extensions();
        let viewer = extensions.get::<Viewer>().cloned();
        let prefix = extensions.get::<Prefix>().copied();
        let accept = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let language = negotiate(
            prefix.map(|prefix| prefix.0),
            viewer.as_ref().map(|viewer| viewer.language.as_str()),
            accept,
            site.as_deref().map_or(&[], |site| &site.languages),
        );
        let here = request.uri().path_and_query().map_or("/", PathAndQuery::as_str).to_owned();
        Self::new(language, site, viewer, prefix.is_some(), here)
    }

    fn new(language: Lang, site: Option<Arc<Site>>, viewer: Option<Viewer>, prefixed: bool, here: String) -> Self {
        Self { lang: language.tag(), dir: language.dir(), language, site, viewer, prefixed, here }
    }

    /// A message without arguments.
    pub fn get(&self, id: &str) -> String {
        self.language.text(id)
    }

    /// A message with arguments: `t.with("id", &[("count", &n), ("name", &name)])`. In a template write `t.one` or `t.two`.
    pub fn with(&self, id: &str, args: &[(&str, &dyn ToArg)]) -> String {
        self.language.text_with(id, args)
    }

    /// A message with one argument.
    pub fn one(&self, id: &str, name: &str, value: impl ToArg) -> String {
        self.with(id, &[(name, &value)])
    }

    /// A message with two arguments.
    pub fn two(&self, id: &str, name: &str, value: impl ToArg, name2: &str, value2: impl ToArg) -> String {
        self.with(id, &[(name, &value), (name2, &value2)])
    }

    /// A message about a number, `$count`.
    pub fn count(&self, id: &str, count: impl ToArg) -> String {
        self.with(id, &[("count", &count)])
    }

    /// The address of a page (`/c/river`), in the language that the address of this one names.
    pub fn url(&self, path: impl AsRef<str>) -> String {
        let path = path.as_ref();
        if self.prefixed { format!("/{}{path}", self.lang) } else { path.to_owned() }
    }

    /// The address of this page in another language.
    pub fn here_in(&self, lang: &Lang) -> String {
        format!("/{}{}", lang.tag(), self.here)
    }

    /// Path and query of this page, without the language.
    pub fn here(&self) -> &str {
        &self.here
    }

    /// For `aria-current` in navigation: whether this page is at or below a path.
    pub fn at(&self, path: &str) -> bool {
        let here = self.here.split('?').next().unwrap_or_default();
        here.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Languages of the interface, for the switch.
    pub fn languages(&self) -> Vec<Lang> {
        Lang::all().collect()
    }

    /// The address of an embedded file.
    pub fn asset(&self, name: &str) -> String {
        super::assets::url(name)
    }

    /// The address of an uploaded image; empty where there is none.
    pub fn media(&self, file_name: &Option<String>) -> String {
        file_name.as_ref().map(|file| format!("/media/{file}")).unwrap_or_default()
    }

    pub fn site_name(&self) -> &str {
        self.site.as_deref().map_or("Communard", |site| &site.name)
    }

    pub fn domain(&self) -> &str {
        self.site.as_deref().map_or("", |site| &site.domain)
    }

    /// A file's size, as people say it: in whole kilobytes or megabytes, rounded up.
    pub fn file_size(&self, bytes: &i64) -> String {
        let kilobytes = (bytes.max(&0) + 999) / 1_000;
        if kilobytes < 1_000 {
            self.one("file-size-kilobytes", "n", kilobytes)
        } else {
            self.one("file-size-megabytes", "n", (kilobytes + 999) / 1_000)
        }
    }

    pub fn number(&self, number: impl ToArg) -> String {
        match number.to_arg() {
            i18n::Arg::Number(number) => self.language.number(number),
            i18n::Arg::Text(text) => text.into_owned(),
        }
    }

    /// `12 January 2026`
    pub fn date(&self, at: &Timestamp) -> String {
        self.language.date(*at)
    }

    /// `12 January 2026, 18:30 UTC`
    pub fn date_time(&self, at: &Timestamp) -> String {
        self.language.date_time(*at)
    }

    /// RFC 3339, for `<time datetime>`.
    pub fn machine_time(&self, at: &Timestamp) -> String {
        time::rfc3339(*at)
    }

    pub fn error(&self, error: &Error) -> String {
        error_text(self.language, error)
    }

    pub fn fault(&self, fault: &Fault) -> String {
        fault_text(self.language, fault)
    }

    /// What is wrong with one field of a form; empty where nothing is.
    pub fn faults(&self, faults: &[Fault], field: &str) -> String {
        faults.iter().filter(|f| f.field == field).map(|f| self.fault(f)).collect::<Vec<_>>().join(" ")
    }

    /// One or two letters that stand for a name where there is no picture.
    pub fn initials(&self, name: &str) -> String {
        let mut words = name.split(|c: char| !c.is_alphanumeric()).filter_map(|word| word.chars().next());
        words.by_ref().take(2).flat_map(char::to_uppercase).collect()
    }

    /// A colour class for a name's initials, always the same for the same name: ``, `b` … `e`.
    pub fn colour(&self, name: &str) -> &'static str {
        const CLASSES: [&str; 5] = ["", "b", "c", "d", "e"];
        // FNV-1a: names that differ little get colours that differ.
        let mix = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        CLASSES[(name.bytes().fold(0x811c_9dc5, mix) >> 8) as usize % CLASSES.len()]
    }

    /// Whether two texts are equal, through any references: for the chosen option of a list.
    pub fn same(&self, one: impl AsRef<str>, other: impl AsRef<str>) -> bool {
        one.as_ref() == other.as_ref()
    }

    /// `rtl` or `ltr` for a text in this language, for the `dir` attribute.
    pub fn dir_of(&self, tag: &str) -> &'static str {
        crate::domain::language::direction(tag)
    }

    /// `rtl` or `ltr` for a text whose language is perhaps known: else by its first letter, as `dir="auto"` would.
    pub fn dir_of_text(&self, tag: &Option<String>, text: impl AsRef<str>) -> &'static str {
        tag.as_deref().map_or_else(|| i18n::direction_of(text.as_ref()), |tag| self.dir_of(tag))
    }

    /// A country's name in the reader's language, by its code; without one, that it isn't known.
    pub fn country(&self, code: &str) -> String {
        match country::parse(code) {
            Some(code) => self.get(&format!("country-{}", code.to_ascii_lowercase())),
            None => self.get("country-unknown"),
        }
    }

    /// All countries by name for a form; the first is none.
    pub fn countries(&self) -> Vec<(String, String)> {
        let codes = country::CODES.split_ascii_whitespace();
        let mut found: Vec<(String, String)> = codes.map(|code| (code.to_owned(), self.country(code))).collect();
        found.sort_by_cached_key(|(_, name)| name.to_lowercase());
        found.insert(0, (String::new(), self.get("country-unknown")));
        found
    }

    /// A language's name for itself; the tag where we don't know it.
    pub fn language_name(&self, tag: &str) -> String {
        let known = crate::domain::language::OFFERED.iter();
        known.clone().find(|(offered, _)| *offered == tag).map_or(tag, |(_, name)| name).to_owned()
    }
}

impl FromRequest for T {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self::of(request)))
    }
}

/// The first of these that names a language we have.
fn negotiate(prefix: Option<Lang>, member: Option<&str>, accept: Option<&str>, instance: &[String]) -> Lang {
    prefix
        .or_else(|| member.and_then(Lang::by_tag))
        .or_else(|| accept.and_then(accepted))
        .or_else(|| instance.iter().find_map(|tag| Lang::by_tag(tag)))
        .unwrap_or_else(Lang::english)
}

/// Reads `Accept-Language` (RFC 9110, section 12.5.4): the best that we have.
fn accepted(header: &str) -> Option<Lang> {
    /// More entries than any browser sends.
    const MAX_ENTRIES: usize = 30;
    let mut wanted: Vec<(u16, Lang)> = header
        .split(',')
        .take(MAX_ENTRIES)
        .filter_map(|entry| {
            let mut parts = entry.split(';');
            let tag = parts.next()?.trim();
            let quality = match parts.find_map(|p| p.trim().strip_prefix("q=")) {
                Some(text) => text.trim().parse::<f32>().ok().filter(|q| (0.0..=1.0).contains(q))?,
                None => 1.0,
            };
            let thousandths = if quality > 0.0 { Some((quality * 1000.0).round() as u16) } else { None }?;
            Some((thousandths, Lang::by_tag(tag)?))
        })
        .collect();
    wanted.sort_by_key(|(quality, _)| std::cmp::Reverse(*quality));
    wanted.first().map(|(_, lang)| *lang)
}

/// Takes `/ar` off the path before routing, and says `Vary: Accept-Language` where the header decided.
pub async fn language(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, actix_web::Error> {
    let named = split_prefix(request.uri().path()).and_then(|(lang, path)| {
        let query = request.uri().query().map_or_else(String::new, |query| format!("?{query}"));
        let mut parts = request.uri().clone().into_parts();
        parts.path_and_query = Some(PathAndQuery::try_from(format!("{path}{query}")).ok()?);
        Some((lang, Uri::from_parts(parts).ok()?))
    });
    let prefixed = named.is_some();
    if let Some((lang, uri)) = named {
        request.extensions_mut().insert(Prefix(lang));
        request.match_info_mut().get_mut().update(&uri);
        request.head_mut().uri = uri;
    }
    let mut response = next.call(request).await?.map_into_boxed_body();
    if !prefixed && super::headers::is_html(response.headers()) {
        response.headers_mut().append(VARY, HeaderValue::from_static("accept-language"));
    }
    Ok(response)
}

/// `/ar/c/river` → Arabic and `/c/river`; `/ar` → Arabic and `/`.
fn split_prefix(path: &str) -> Option<(Lang, &str)> {
    let rest = path.strip_prefix('/')?;
    let (first, below) = rest.find('/').map_or((rest, "/"), |at| (&rest[..at], &rest[at..]));
    Lang::all().find(|lang| lang.tag() == first).map(|lang| (lang, below))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pick(prefix: Option<&str>, member: Option<&str>, accept: Option<&str>, instance: &[&str]) -> &'static str {
        let instance: Vec<String> = instance.iter().map(|tag| (*tag).to_owned()).collect();
        negotiate(prefix.and_then(Lang::by_tag), member, accept, &instance).tag()
    }

    #[test]
    fn the_address_goes_before_the_member_before_the_browser_before_the_instance() {
        assert_eq!(pick(Some("en"), Some("ar"), Some("ar"), &["ar"]), "en");
        assert_eq!(pick(None, Some("ar"), Some("en"), &["en"]), "ar");
        assert_eq!(pick(None, None, Some("ar"), &["en"]), "ar");
        assert_eq!(pick(None, None, Some("sv, fi"), &["ar"]), "ar");
        assert_eq!(pick(None, None, None, &["xx", "ar"]), "ar");
        assert_eq!(pick(None, None, None, &[]), "en");
    }

    #[test]
    fn accept_language_is_read_with_weights_and_regions() {
        assert_eq!(pick(None, None, Some("en;q=0.3, ar-TN;q=0.8"), &[]), "ar");
        assert_eq!(pick(None, None, Some("ar;q=0, en"), &["ar"]), "en");
        assert_eq!(pick(None, None, Some("ar;q=9, ;;;, *"), &["en"]), "en");
    }

    #[test]
    fn a_prefix_is_a_whole_segment() {
        let split = |path| split_prefix(path).map(|(lang, rest)| (lang.tag(), rest));
        assert_eq!(split("/ar/c/river"), Some(("ar", "/c/river")));
        assert_eq!(split("/ar"), Some(("ar", "/")));
        assert_eq!(split("/archive"), None);
        assert_eq!(split("//ar"), None);
    }

    #[test]
    fn addresses_keep_the_language_of_the_address() {
        let t = T::new(Lang::by_tag("ar").unwrap(), None, None, true, "/c/river?page=2".into());
        assert_eq!(t.url("/desk"), "/ar/desk");
        assert_eq!(t.here_in(&Lang::english()), "/en/c/river?page=2");
        assert!(t.at("/c") && t.at("/c/river") && !t.at("/c/riv"));
        let t = T::new(Lang::english(), None, None, false, "/".into());
        assert_eq!(t.url("/desk"), "/desk");
    }

    #[test]
    fn initials_are_two_letters_at_most() {
        let t = T::new(Lang::english(), None, None, false, "/".into());
        assert_eq!(t.initials("Casa del Fiume"), "CD");
        assert_eq!(t.initials("لجان الوادي"), "لا");
        assert_eq!(t.initials("!!"), "");
        assert_eq!(t.colour("River"), t.colour("River"));
    }
}
