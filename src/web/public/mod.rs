//! Pages for readers: the instance, a collective, a statement and its versions. Without scripts, quick on a phone.
//!
//! The canonical address of a collective or statement is its ActivityPub id: who asks for ActivityStreams there is answered
//! by `federation::serve`, everybody else here; so every page says `Vary: Accept`.

use crate::{db::public::Line, domain::url::parse_remote, text, web::i18n::T};
use actix_web::{
    Route,
    guard::{Get, Guard, GuardContext, Head},
    web::{self, ServiceConfig},
};

mod action_feeds;
mod actions;
mod assembly;
mod calendar;
pub(in crate::web) mod call;
mod cities;
mod collective;
pub(in crate::web) mod diff;
mod engines;
mod feed;
mod home;
mod interact;
pub mod poster;
mod propose;
pub(in crate::web) mod register;
pub mod report;
mod statement;
mod verify;
mod versions;

/// Statements on one page of a list.
const PAGE: i64 = 20;
/// The last page that can be asked for.
const MAX_PAGE: i64 = 10_000;
/// Characters of a text shown in a list where the writer gave no summary.
const EXCERPT: usize = 240;

pub use propose::ROUTES as PROPOSE;

pub fn routes(cfg: &mut ServiceConfig) {
    propose::routes(cfg);
    cfg.route("/", read().to(home::home))
        .route("/about", read().to(home::about))
        .route("/robots.txt", read().to(engines::robots))
        .route("/sitemap.xml", read().to(engines::map))
        .route("/interact", web::post().to(interact::submit))
        .route("/@{handle}", read().to(collective::short))
        .route("/c/{handle}", read().to(collective::show))
        .route("/c/{handle}/assembly", read().to(assembly::show))
        .route("/c/{handle}/assembly.json", read().to(assembly::plain))
        .route("/c/{handle}/feed.atom", read().to(feed::show))
        .route("/c/{handle}/calendar.ics", read().to(calendar::collective))
        .route("/c/{handle}/calls.json", read().to(calendar::collective_json))
        .route("/calendar.ics", read().to(calendar::instance))
        .route("/calls.json", read().to(calendar::instance_json))
        .route("/statements/{id}", read().to(statement::show))
        .route("/actions/{id}", read().to(call::action))
        .route("/actions/{id}/note", read().to(call::action_note))
        .route("/statements/{id}/note", read().to(call::note))
        .route("/statements/{id}/calendar.ics", read().to(action_feeds::calendar))
        .route("/statements/{id}/actions.json", read().to(action_feeds::plain))
        .route("/statements/{id}/actions.atom", read().to(action_feeds::atom))
        .route("/actions/{id}/calendar.ics", read().to(action_feeds::one))
        .route("/cities", read().to(cities::find))
        .route("/cities/{id}", read().to(cities::show))
        .route("/cities/{id}/calendar.ics", read().to(cities::calendar))
        .route("/calls.atom", read().to(feed::calls))
        .route("/c/{handle}/calls.atom", read().to(feed::calls_of))
        .route("/statements/{id}/poster.pdf", read().to(poster::show))
        .route("/statements/{id}/register", read().to(register::show))
        .route("/statements/{id}/register.{form}", read().to(register::download))
        .route("/verify", read().to(verify::form))
        .route("/verify", web::post().to(verify::submit))
        .route("/verify/file", web::post().to(verify::file))
        .route("/statements/{id}/versions", read().to(versions::list))
        .route("/statements/{id}/versions/{n}", read().to(versions::show));
}

/// A route that only reads: GET, and HEAD for those who check links.
pub fn read() -> Route {
    struct Reads;
    impl Guard for Reads {
        fn check(&self, ctx: &GuardContext<'_>) -> bool {
            Get().check(ctx) || Head().check(ctx)
        }
    }
    web::route().guard(Reads)
}

/// A page number as it may stand in an address, from 1.
#[derive(serde::Deserialize)]
struct Paging {
    page: Option<i64>,
}

impl Paging {
    fn number(&self) -> i64 {
        self.page.unwrap_or(1).clamp(1, MAX_PAGE)
    }

    fn offset(&self) -> i64 {
        (self.number() - 1) * PAGE
    }

    /// Addresses of the newer and the older page, empty where there is none. `path` may have a query of its own.
    fn neighbours(&self, t: &T, path: &str, more: bool) -> (String, String) {
        let sign = if path.contains('?') { '&' } else { '?' };
        let at = |n: i64| if n == 1 { t.url(path) } else { t.url(format!("{path}{sign}page={n}")) };
        let newer = if self.number() > 1 { at(self.number() - 1) } else { String::new() };
        let older = if more && self.number() < MAX_PAGE { at(self.number() + 1) } else { String::new() };
        (newer, older)
    }
}

/// What stands below the title in a list: the summary, else how the text begins; nothing where a warning folds it.
fn teaser(line: &Line) -> String {
    if !line.content.content_warning.is_empty() {
        return String::new();
    }
    if line.content.summary.is_empty() { text::excerpt(&text::plain(&line.html), EXCERPT) } else { line.content.summary.clone() }
}

/// An address of somebody else's that may stand in a link; empty where it is none.
pub fn outside(url: &str) -> String {
    parse_remote(url).map(|url| url.to_string()).unwrap_or_default()
}

/// One line of plain text as HTML, with its web addresses as links.
fn linked(line: &str) -> String {
    let word = |word: &str| {
        let address = word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '»', '”', '،', '؟']);
        let escaped = escape(address);
        let rest = escape(&word[address.len()..]);
        match outside(address).as_str() {
            "" if is_mail(address) => format!("<a href=\"mailto:{escaped}\"><bdi dir=\"ltr\">{escaped}</bdi></a>{rest}"),
            "" => format!("{escaped}{rest}"),
            _ => format!("<a href=\"{escaped}\" rel=\"nofollow noopener noreferrer\"><bdi dir=\"ltr\">{escaped}</bdi></a>{rest}"),
        }
    };
    line.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Plain enough to be a mail address without doubt.
fn is_mail(word: &str) -> bool {
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_+".contains(&b));
    word.split_once('@').is_some_and(|(user, host)| plain(user) && plain(host) && host.contains('.'))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_01_a_line_is_escaped_and_only_web_and_mail_addresses_become_links() {
        let html = linked("a<b> https://river.example/x?a=1&b=2, post@river.example javascript:alert(1) //evil.example");
        assert!(html.contains("a&lt;b&gt;") && html.contains("href=\"https://river.example/x?a=1&amp;b=2\""), "{html}");
        assert!(html.contains("href=\"mailto:post@river.example\""), "{html}");
        assert_eq!(html.matches("<a ").count(), 2, "{html}");
        assert!(!linked("https://x.example/\"onmouseover=alert(1)").contains("\"onmouse"));
    }

    #[test]
    fn page_numbers_are_bounded() {
        let number = |page| Paging { page }.number();
        assert_eq!((number(None), number(Some(-3)), number(Some(i64::MAX))), (1, 1, MAX_PAGE));
    }
}
