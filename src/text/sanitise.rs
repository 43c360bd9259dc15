//! HTML of others made harmless. Three passes: our own brings tags into order and bounds them, ammonia decides what may
//! stay, our own tames characters and shows where links really lead.
//!
//! Must not know who wrote it. Safety rests on ammonia alone; the first pass is there because an HTML parser's work on
//! unclosed or misnested tags grows with the square of their number.

use super::{
    order::{AND, GREATER, LESS, OTHERS, OWN, order},
    plain::{decode, tame},
    scan::{Piece, Scan},
};
use ammonia::{Builder, UrlRelative};
use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

const CLASSES: &[&str] = &["ellipsis", "h-card", "hashtag", "invisible", "mention", "quote-inline", "u-url"];
/// Elements that say their direction by themselves. Lists and quotes take it from what is around them: `dir="auto"` looks
/// past children that have a `dir` of their own and would find nothing in a list but left-to-right (HTML, "auto-directionality").
const DIRECTED: &[&str] = &["h2", "h3", "h4", "h5", "h6", "p", "pre"];
const REL: &str = "nofollow noopener noreferrer";

/// HTML from another server, fit to be shown on our pages.
///
/// Keeps text, paragraphs, lists, headings (`h1` becomes `h2`), emphasis and http(s) links; a link whose text shows
/// another host is followed by the host it leads to. Paragraphs and headings carry `dir="auto"`. Reads at most [`super::MAX_HTML`] bytes,
/// keeps at most [`super::MAX_DEPTH`] levels and [`super::MAX_ELEMENTS`] elements. Idempotent.
pub fn sanitise(html_of_others: &str) -> String {
    static GUARD: LazyLock<Builder<'static>> = LazyLock::new(|| guard(OTHERS, &["http", "https"], UrlRelative::Deny));
    polish(&GUARD.clean(&order(html_of_others, false)).to_string())
}

/// HTML that our Markdown made: as [`sanitise`], with tables, rules, footnotes and mail addresses.
pub(super) fn own(html: &str) -> String {
    static GUARD: LazyLock<Builder<'static>> = LazyLock::new(|| {
        let all: Vec<&str> = OTHERS.iter().chain(OWN).copied().collect();
        // Footnotes lead to places of the same page, nothing else is relative.
        let footnotes = UrlRelative::Custom(Box::new(footnote));
        let mut guard = guard(&all, &["http", "https", "mailto"], footnotes);
        guard.add_tag_attributes("a", ["id"]).add_tag_attributes("li", ["id"]);
        guard.add_tag_attributes("td", ["align"]).add_tag_attributes("th", ["align"]);
        guard.add_allowed_classes("section", ["footnotes"]).add_allowed_classes("sup", ["footnote-ref"]);
        guard
    });
    polish(&GUARD.clean(&order(html, true)).to_string())
}

fn footnote(url: &str) -> Option<Cow<'_, str>> {
    url.starts_with("#fn").then_some(Cow::Borrowed(url))
}

fn guard(tags: &[&'static str], schemes: &[&'static str], relative: UrlRelative<'static>) -> Builder<'static> {
    let mut guard = Builder::empty();
    guard
        .tags(tags.iter().copied().collect())
        .clean_content_tags(["script", "style"].into())
        .tag_attributes(HashMap::from([("a", ["href"].into()), ("ol", ["start"].into())]))
        .allowed_classes(["a", "p", "span"].into_iter().map(|tag| (tag, CLASSES.iter().copied().collect())).collect())
        .url_schemes(schemes.iter().copied().collect())
        .url_relative(relative)
        .link_rel(Some(REL))
        .strip_comments(true);
    for tag in tags.iter().copied().filter(|tag| DIRECTED.contains(tag)) {
        guard.set_tag_attribute_value(tag, "dir", "auto");
    }
    guard
}

/// Over ammonia's well-formed output: tames characters, and says where links lead that seem to lead elsewhere (WEB-03).
fn polish(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    // The host of the link we are in, and its text as it is seen.
    let mut link: Option<(String, String)> = None;
    let mut spans: Vec<bool> = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        let (text, tag) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
        let text = tame(&escaped(text));
        if let Some((_, seen)) = &mut link
            && !spans.contains(&true)
        {
            seen.push_str(&decode(&text));
        }
        out.push_str(&text);
        // ammonia writes `>` as `&gt;` in texts, but not in attributes; ours have none that may hold one unquoted.
        let (tag, after) = tag.split_at(tag_end(tag));
        rest = after;
        match Scan::new(tag).next() {
            Some(Piece::Open { name, attributes }) if name == "a" => {
                let href = attributes.iter().find(|(key, _)| key == "href").map(|(_, value)| decode(value));
                let host = href.and_then(|href| url::Url::parse(&href).ok()).and_then(|url| url.host_str().map(str::to_owned));
                link = host.map(|host| (host, String::new()));
            }
            Some(Piece::Open { name, attributes }) if name == "span" => {
                spans.push(attributes.iter().any(|(key, value)| key == "class" && value.split(' ').any(|c| c == "invisible")));
            }
            Some(Piece::Close(name)) if name == "span" => {
                spans.pop();
            }
            Some(Piece::Close(name)) if name == "a" => {
                if let Some((host, seen)) = link.take()
                    && !shows(&seen, &host)
                {
                    out.push_str(&format!(" ({})", host.replace('&', "&amp;").replace('<', "&lt;")));
                }
            }
            _ => {}
        }
        out.push_str(tag);
    }
    out
}

/// A text with the references that [`LESS`], [`GREATER`] and [`AND`] stand for.
fn escaped(text: &str) -> Cow<'_, str> {
    let stands_in = |c: char| matches!(c, LESS | GREATER | AND);
    if !text.contains(stands_in) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let mut rest = text;
    while let Some(at) = rest.find(stands_in) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(c) = rest.chars().next() else { break };
        out.push_str(match c {
            LESS => "&lt;",
            GREATER => "&gt;",
            _ => "&amp;",
        });
        rest = &rest[c.len_utf8()..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Where the tag at the start of `tag` ends: after the first `>` outside of quotes.
fn tag_end(tag: &str) -> usize {
    let mut quoted = false;
    for (at, byte) in tag.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at + 1,
            _ => {}
        }
    }
    tag.len()
}

/// Whether a link's text shows no host, or the one it leads to.
fn shows(seen: &str, host: &str) -> bool {
    let bare = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_owned();
    let host = bare(host);
    if seen.trim_end().ends_with(&format!("({host})")) || seen.trim_end().ends_with(&format!("(www.{host})")) {
        return true;
    }
    seen.split(|c: char| c.is_whitespace() || "/?#()[]{}<>\"'“”„«»,;|:\\".contains(c)).all(|word| {
        // In a handle the last part is the host. Its pages' host may differ from it within one domain (split-domain
        // set-ups). In an address, what stands before an `@` is there to deceive.
        let handle = word.starts_with('@');
        let same = |shown: &str| {
            shown == host || (handle && (host.ends_with(&format!(".{shown}")) || shown.ends_with(&format!(".{host}"))))
        };
        let parts = word.split('@').skip(if handle { word.matches('@').count() } else { 0 });
        parts.filter_map(|part| shown_host(part.trim_matches(|c: char| !c.is_alphanumeric()))).all(|shown| same(&bare(&shown)))
    })
}

/// The host that a word looks like to a reader, in its ASCII form.
fn shown_host(word: &str) -> Option<String> {
    // Other full stops that address bars take for dots (UTS #46).
    let word = word.replace(['\u{3002}', '\u{ff0e}', '\u{ff61}', '\u{2024}'], ".");
    let (front, last) = word.rsplit_once('.')?;
    let is_top = last.chars().count() >= 2 && last.chars().all(char::is_alphabetic) || last.starts_with("xn--");
    let is_address = word.parse::<std::net::Ipv4Addr>().is_ok();
    if front.is_empty() || word.len() > 253 || !(is_top || is_address) {
        return None;
    }
    // What is no valid host but looks like one (an underscore, a soft hyphen) is shown as it is, and equals no host.
    Some(url::Host::parse(&word).map_or_else(|_| word.to_lowercase(), |host| host.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{MAX_ELEMENTS, MAX_REFERENCES};
    use proptest::prelude::*;
    use std::time::{Duration, Instant};

    #[test]
    fn what_mastodon_sends_stays() {
        let html = "<p dir=\"auto\">We stand <b>with</b> <span class=\"h-card\"><a href=\"https://a.example/@b\" class=\"u-url mention\" \
                    rel=\"nofollow noopener noreferrer\">@<span>b</span></a></span><br>now</p>";
        assert_eq!(sanitise(html), html);
    }

    #[test]
    fn what_is_not_kept_leaves_its_text() {
        let html = "<h1 style=\"x\" onclick=\"y\">A</h1><div>b</div><div>c<img src=x onerror=alert(1)></div>\
                    <p class=\"evil mention\">d<script>e</script><svg><p>f</svg></p><a href=\"javascript:g\">h</a>";
        assert_eq!(
            sanitise(html),
            "<h2 dir=\"auto\">A</h2>b<br>c<br><p class=\"mention\" dir=\"auto\">d</p><a rel=\"nofollow noopener noreferrer\">h</a>"
        );
    }

    #[test]
    fn lists_and_paragraphs_without_ends_are_closed() {
        assert_eq!(
            sanitise("<ul><li>a<li><p>b<ul><li>c</ul>d</ul><p>e<p>f"),
            "<ul><li>a</li><li><p dir=\"auto\">b</p><ul><li>c</li></ul>d</li></ul><p dir=\"auto\">e</p><p dir=\"auto\">f</p>"
        );
    }

    #[test]
    fn web_03_links_show_where_they_lead() {
        let text = |html: &str| super::super::plain(&sanitise(html));
        for honest in [
            "<a href=\"https://www.river.example/a\">https://river.example/a</a>",
            "<a href=\"https://river.example/\">read more</a>",
            "<a href=\"https://social.river.example/@b\">@b@river.example</a>",
            "<a href=\"https://river.example/x\"><span class=\"invisible\">https://</span><span class=\"ellipsis\">river.example/x</span></a>",
            "<a href=\"https://b\u{fc}cher.example/\">b\u{fc}cher.example</a>",
        ] {
            assert!(!text(honest).contains('('), "{}", text(honest));
        }
        assert_eq!(text("<a href=\"https://evil.example/\">river.example</a>"), "river.example (evil.example)");
        assert_eq!(
            text("<a href=\"https://evil.example/\">https://river.example@x</a>"),
            "https://river.example@x (evil.example)"
        );
        assert_eq!(text("<a href=\"https://evil.example/\">r\u{456}ver.example</a>"), "r\u{456}ver.example (evil.example)");
        assert_eq!(
            text("<a href=\"https://evil.example/\">river.example<span class=\"invisible\">(evil.example)</span></a>"),
            "river.example(evil.example) (evil.example)"
        );
        assert!(sanitise("<a href=\"https://e.example/\">x</a>").contains("rel=\"nofollow noopener noreferrer\""));
    }

    #[test]
    fn res_17_characters_are_tamed() {
        assert_eq!(sanitise("a\0b&#x202e;c<b>\u{2067}d</b>"), "abc<b>\u{2067}d\u{2069}</b>");
    }

    /// The worst that RES-12 names, and what makes parsers quadratic besides.
    fn attacks(n: usize) -> Vec<String> {
        vec![
            "<div>".repeat(n),
            "<b>".repeat(n),
            "<blockquote>".repeat(n),
            "<p><b>".repeat(n),
            (0..n).map(|i| format!("<b class=c{i}><p>")).collect(),
            "<a href=x><table>".repeat(n),
            "</p></b>".repeat(n),
            "<".repeat(20 * n),
            "<!--".repeat(n),
            "<script>".repeat(n),
            "<script></".repeat(n),
            "<ul><li>".repeat(n),
            format!("<p {}>x", (0..n).map(|i| format!("a{i}=b ")).collect::<String>()),
            format!("<p class=\"{}\">x", "mention ".repeat(n)),
            format!("<a href=\"https://a.example/{}\">x</a>", "x".repeat(20 * n)),
            "<a href='https://a.example/'>b.example".repeat(n),
            "&#x202b;".repeat(n),
            "&".repeat(20 * n),
            "&a".repeat(10 * n),
            "&NotNestedGreaterGreater;".repeat(n),
            "«".repeat(10 * n),
            "&invisible&#x202e;".repeat(n),
            "<ruby><rt>".repeat(n),
        ]
    }

    #[test]
    fn res_12_the_work_grows_with_the_length_alone() {
        let time = |html: &str| {
            let start = Instant::now();
            let clean = sanitise(html);
            (start.elapsed(), clean)
        };
        for (small, large) in attacks(12_500).iter().zip(attacks(50_000)) {
            // Four times the length: quadratic work would take 16 times as long, each time; a busy machine only sometimes.
            let mut tries = Vec::new();
            let clean = loop {
                let (short, _) = time(small);
                let (long, clean) = time(&large);
                if long < Duration::from_millis(200) || long < short * 9 {
                    break clean;
                }
                tries.push((short, long));
                assert!(tries.len() < 5, "{}…: {tries:?}", &large[..20.min(large.len())]);
            };
            assert!(clean.len() <= 8 * large.len().min(super::super::MAX_HTML) + 1000);
        }
    }

    #[test]
    fn res_12_what_keeps_stretches_of_text_apart_is_not_seen() {
        let n = 3 * super::super::MAX_STOPS + 1;
        assert_eq!(sanitise(&"&".repeat(n)), "&amp;".repeat(n));
        assert_eq!(sanitise(&"a&amp;«".repeat(n)), "a&amp;«".repeat(n));
    }

    #[test]
    fn res_12_references_mean_what_html_says() {
        let same = |html: &str, clean: &str| {
            assert_eq!(sanitise(html), clean, "{html}");
            assert_eq!(sanitise(clean), clean, "{html}");
        };
        same("&lt;b&gt; &amp;lt; &quot;&#39; & a&b", "&lt;b&gt; &amp;lt; \"' &amp; a&amp;b");
        same("&copy &eacute; &#8212; &#x3c;b&#62; &AMP &zilch;", "© é — &lt;b&gt; &amp; &amp;zilch;");
        // What stands for a sign inside is none of anybody's.
        same("\u{fdd0}script\u{fdd1}a\u{fdd2}lt;", "scriptalt;");
        assert_eq!(sanitise("&#xfdd0;script&#xfdd1;"), "&lt;script&gt;");
        assert_eq!(sanitise("<a href=\"https://a.example/?b&amp;c=&#xfdd0;\">d</a>").matches('<').count(), 2);
    }

    #[test]
    fn res_12_references_are_bounded_and_nothing_is_lost() {
        let clean = sanitise(&"&copy;".repeat(MAX_REFERENCES + 2));
        assert!(clean == "©".repeat(MAX_REFERENCES) + "&amp;copy;&amp;copy;");
        assert!(sanitise(&clean) == clean);
        let much = super::super::MAX_HTML / "&lt;".len();
        assert!(sanitise(&"&lt;".repeat(much)) == "&lt;".repeat(much));
        assert!(sanitise(&"<".repeat(much)) == "&lt;".repeat(much));
    }

    #[test]
    fn res_12_elements_are_bounded_and_their_text_stays() {
        let n = 2 * MAX_ELEMENTS;
        for (html, tag) in [("<p>x", "<p"), ("x<div>", "<br>"), ("<b></b>x", "<b>")] {
            let clean = sanitise(&html.repeat(n));
            assert_eq!((clean.matches(tag).count(), clean.matches('x').count()), (MAX_ELEMENTS, n), "{html}");
            assert_eq!(sanitise(&clean), clean, "{html}");
        }
    }

    #[test]
    fn a_pre_begins_with_what_is_seen() {
        assert_eq!(sanitise("<pre>\u{feff}\na\n</pre>"), "<pre dir=\"auto\">a\n</pre>");
    }

    #[test]
    fn res_12_longer_than_the_bound_is_cut() {
        let html = "ä".repeat(super::super::MAX_HTML);
        assert_eq!(sanitise(&html).len(), super::super::MAX_HTML);
    }

    fn markup() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            prop::sample::select(vec![
                "<p>",
                "</p>",
                "<b>",
                "</b>",
                "<a href=\"https://a.example/\">",
                "</a>",
                "<a href='javascript:x'>",
                "<li>",
                "<ul>",
                "</ul>",
                "<h1>",
                "</h1>",
                "<pre>",
                "\n",
                "</pre>",
                "<script>",
                "</script>",
                "<img src=x onerror=y>",
                "<ruby>",
                "<rt>",
                "</ruby>",
                "<span class=\"invisible\">",
                "</span>",
                "<blockquote onclick=x>",
                "<div>",
                "<table>",
                "<td>",
                "<svg>",
                "<style>",
                "</style>",
                "<!--",
                "-->",
                "&lt;",
                "&#x202e;",
                "&amp;",
                "b.example",
                "<math>",
                "<select>",
                "<template>",
                "<br>",
                "\u{2067}",
                "&quot;",
                "<i",
                "\0",
                "<code>",
                "</code>",
                "<textarea>",
                "<title>",
                "<p class=\"quote-inline\">",
                "<ol start=3>",
                "</li>",
                "<em>",
                "</em>",
                "<xmp>",
            ])
            .prop_map(str::to_owned),
            "[ -~]{0,6}",
            "(?s).{0,4}",
        ];
        prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1500))]
        #[test]
        fn sanitising_is_idempotent_and_safe(html in markup()) {
            let once = sanitise(&html);
            for piece in Scan::new(&once) {
                if let Piece::Open { name, attributes } = piece {
                    prop_assert!(OTHERS.contains(&name.as_str()), "{}", name);
                    for (key, value) in attributes {
                        prop_assert!(["href", "class", "rel", "dir", "start"].contains(&key.as_str()), "{}", key);
                        prop_assert!(key != "href" || value.starts_with("http://") || value.starts_with("https://"), "{}", value);
                    }
                }
            }
            prop_assert!(!once.contains("<script"));
            prop_assert_eq!(sanitise(&once), once);
        }
    }
}
