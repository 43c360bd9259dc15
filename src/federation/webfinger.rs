//! WebFinger as a client (RFC 7033): from what a person writes to the actor it means, and back.
//!
//! A handle is no more than a way to find an id; it is believed only where the host in it says so itself (ORG-13).

use super::{
    actors,
    fetch::{self, Budget, FetchError, Found},
};
use crate::{
    db,
    db::remote_actors::RemoteActorRow,
    domain::url::{host_and_port, parse_remote},
    error::{Error, Result},
    state::AppState,
};
use serde_json::Value;
use url::Url;

const ACCEPT: &str = "application/jrd+json, application/json";
/// Links looked at in one answer.
const MAX_LINKS: usize = 100;
/// Longest text taken from a person, in bytes.
const MAX_TEXT: usize = 2_048;

/// Finds the actor that a person means: `@ada@meadow.example`, `ada@meadow.example`, `acct:…`, an actor's id, or the
/// address of its page (also one that only links to it by `<link rel="alternate" type="application/activity+json">`).
///
/// # Errors
/// `Invalid` for `address` where the text is none of these, `NotFound`, `Upstream` where the other server is the reason.
pub async fn find_actor(state: &AppState, text: &str, budget: &Budget) -> Result<RemoteActorRow> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_TEXT {
        return Err(Error::invalid("address", "error-actor-address"));
    }
    if let Some(own) = own(state, text).await? {
        return Ok(own);
    }
    if text.starts_with("https://") || text.starts_with("http://") {
        return by_address(state, text, budget).await;
    }
    let (name, host) = handle(text).ok_or_else(|| Error::invalid("address", "error-actor-address"))?;
    by_handle(state, &name, &host, budget).await
}

/// What a visitor wants to do from their own server with something of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    Follow,
    Boost,
    Answer,
    /// Put their collective's name under it.
    Endorse,
    /// Add an action of their collective under a call.
    Act,
}

/// Where a visitor goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    pub to: Url,
    /// Their server says that it knows this very wish; else it only takes the thing over.
    pub exact: bool,
}

/// The older way to hand something over: one address for all (OStatus, as Mastodon has it).
pub const SUBSCRIBE: &str = "http://ostatus.org/schema/1.0/subscribe";
/// What the links of FEP-3b86 begin with; the activity's type follows.
pub const INTENTS: &str = "https://w3id.org/fep/3b86/";
/// The intent to endorse: the type of the activity that comes of it.
pub const ENDORSE: &str = "EndorsementRequest";
/// The intent to add an action under a call.
pub const ACT: &str = "LocalActionRequest";

/// Where a visitor goes on at their own server, which they name by their handle or by its name alone: what its WebFinger
/// offers for this wish (FEP-3b86), for any object, or the subscribe template, in this order.
///
/// # Errors
/// `Invalid` for `server` where the text names none, or where it offers no way; `NotFound` where it knows nobody of that
/// name; `Upstream` where it can't be asked.
pub async fn interaction(state: &AppState, text: &str, wish: Wish, uri: &str, budget: &Budget) -> Result<Way> {
    let text = text.trim();
    let (name, host) = visitor(text).ok_or_else(|| Error::invalid("server", "error-interact-server"))?;
    let site = state.site()?;
    if host == site.domain {
        let uri: String = url::form_urlencoded::byte_serialize(uri.as_bytes()).collect();
        let intent = match wish {
            Wish::Endorse => "&intent=endorse",
            Wish::Act => "&intent=act",
            Wish::Follow | Wish::Boost | Wish::Answer => "",
        };
        let to = Url::parse(&format!("{}/authorize_interaction?uri={uri}{intent}", site.base_url)).map_err(Error::internal)?;
        return Ok(Way { to, exact: true });
    }
    let base = base(state, &host);
    let resource = name.map_or_else(|| base.clone(), |name| format!("acct:{name}@{host}"));
    let answer = fetch::json(state, &format!("{base}/.well-known/webfinger?resource={resource}"), ACCEPT, budget).await?;
    let found = template(&answer, wish).and_then(|(template, exact)| Some(Way { to: filled(&template, uri)?, exact }));
    let secure = |way: &Way| way.to.scheme() == "https" || state.settings.is_local();
    found.filter(secure).ok_or_else(|| Error::invalid("server", "error-interact-none"))
}

/// The name, where there is one, and the host in its normal form: of a handle, a host, or the address of a page.
fn visitor(text: &str) -> Option<(Option<String>, String)> {
    if text.len() > MAX_TEXT {
        return None;
    }
    if let Some((name, host)) = handle(text) {
        return Some((Some(name), host));
    }
    if text.contains("://") {
        return Some((None, host_and_port(text)?));
    }
    let plain = !text.is_empty() && !text.contains(['/', '?', '#', '@', '\\', '%']) && text.contains('.');
    plain.then(|| Some((None, host_and_port(&format!("https://{text}"))?))).flatten()
}

/// The best template that an answer has for a wish, and whether it is for this very one.
fn template(answer: &Value, wish: Wish) -> Option<(String, bool)> {
    let own = match wish {
        Wish::Follow => "Follow",
        Wish::Boost => "Announce",
        Wish::Answer => "Object",
        Wish::Endorse => ENDORSE,
        Wish::Act => ACT,
    };
    let links: Vec<&Value> = answer.get("links")?.as_array()?.iter().take(MAX_LINKS).collect();
    let of = |rel: &str| {
        let link = links.iter().find(|link| link.get("rel").and_then(Value::as_str) == Some(rel))?;
        link.get("template").and_then(Value::as_str).map(str::to_owned)
    };
    let own = of(&format!("{INTENTS}{own}")).map(|template| (template, true));
    own.or_else(|| Some((of(&format!("{INTENTS}Object")).or_else(|| of(SUBSCRIBE))?, false)))
}

/// A template with our address in it, and nothing where it has further places. `None` where it has no place for it, or is
/// no address of a web server.
fn filled(template: &str, uri: &str) -> Option<Url> {
    let uri: String = url::form_urlencoded::byte_serialize(uri.as_bytes()).collect();
    let with = ["{uri}", "{object}"].iter().find(|place| template.contains(**place))?;
    let mut text = template.replace(with, &uri);
    while let (Some(from), Some(to)) = (text.find('{'), text.find('}')) {
        if to < from {
            return None;
        }
        text.replace_range(from..=to, "");
    }
    parse_remote(&text)
}

/// The collective of ours that is meant, by its handle, its id or its short address; nobody is asked for it (SRF-08).
/// `None` where the text means somebody elsewhere.
///
/// # Errors
/// `NotFound` where it lies on this instance but is no collective.
async fn own(state: &AppState, text: &str) -> Result<Option<RemoteActorRow>> {
    let site = state.site()?;
    let name = match handle(text) {
        Some((name, host)) if host == site.domain => name,
        None if site.owns(text) => {
            let address = text.split(['?', '#']).next().unwrap_or(text).trim_end_matches('/');
            let short = address.strip_prefix(&site.base_url).and_then(|path| path.strip_prefix("/@"));
            short.or_else(|| site.handle_of(address)).ok_or(Error::NotFound)?.to_owned()
        }
        _ => return Ok(None),
    };
    state.db.read(move |conn| Ok(Some(db::collectives::by_handle(conn, &name)?.as_actor()))).await
}

/// The two parts of a handle; the host in its normal form.
pub fn handle(text: &str) -> Option<(String, String)> {
    let text = text.strip_prefix("acct:").unwrap_or(text);
    let (name, host) = text.strip_prefix('@').unwrap_or(text).split_once('@')?;
    let usable = !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control() || "/?#&%:".contains(c));
    let plain = !host.contains(['/', '?', '#', '@', '\\']);
    (usable && plain).then(|| Some((name.to_owned(), host_and_port(&format!("https://{host}"))?))).flatten()
}

async fn by_handle(state: &AppState, name: &str, host: &str, budget: &Budget) -> Result<RemoteActorRow> {
    let (uri, subject) = ask(state, name, host, budget).await?;
    let actor = actors::refresh(state, &uri, budget).await?;
    // A host may name another handle as the right one; then that one's own host must say the same.
    let asked = (name.to_owned(), host.to_owned());
    let meant = subject.and_then(|subject| handle(&subject)).unwrap_or_else(|| asked.clone());
    if meant.1 == actor.handle_host || !meant.0.eq_ignore_ascii_case(&actor.username) {
        return Ok(actor);
    }
    if meant.1 != asked.1 && !points_to(state, &meant.0, &meant.1, &actor.uri, budget).await {
        return Ok(actor);
    }
    let host = meant.1;
    let row = RemoteActorRow { handle_host: host, ..actor };
    let stored = row.clone();
    state.db.write(move |conn| db::remote_actors::put(conn, &row)).await?;
    Ok(stored)
}

/// Whether WebFinger at `host` says that `name` there is this very actor.
pub(super) async fn points_to(state: &AppState, name: &str, host: &str, actor_uri: &str, budget: &Budget) -> bool {
    ask(state, name, host, budget).await.is_ok_and(|(uri, _)| uri == actor_uri)
}

/// `https://meadow.example`. Instances on one machine speak plain http; their names and ports tell them from servers of
/// the network.
fn base(state: &AppState, host: &str) -> String {
    let on_this_machine = host.split(':').next().is_some_and(|name| name == "localhost" || name.ends_with(".localhost"));
    let scheme = if state.settings.is_local() && on_this_machine { "http" } else { "https" };
    format!("{scheme}://{host}")
}

/// Asks a host for a name: the actor's id and the subject that it goes by there.
async fn ask(state: &AppState, name: &str, host: &str, budget: &Budget) -> Result<(String, Option<String>), FetchError> {
    let url = format!("{}/.well-known/webfinger?resource=acct:{name}@{host}", base(state, host));
    let answer = fetch::json(state, &url, ACCEPT, budget).await?;
    let uri = self_link(&answer).ok_or(FetchError::Invalid("its WebFinger names no actor"))?;
    Ok((uri, answer.get("subject").and_then(Value::as_str).map(str::to_owned)))
}

/// The `href` of the link that is the actor, in a WebFinger answer (RFC 7033).
pub fn self_link(answer: &Value) -> Option<String> {
    let links = answer.get("links")?.as_array()?.iter().take(MAX_LINKS);
    let mut own = links.filter(|link| link.get("rel").and_then(Value::as_str) == Some("self"));
    own.find_map(|link| {
        let kind = link.get("type").and_then(Value::as_str)?;
        let fits = kind.starts_with("application/activity+json")
            || kind.starts_with("application/ld+json") && kind.contains("https://www.w3.org/ns/activitystreams");
        let href = link.get("href").and_then(Value::as_str)?;
        (fits && parse_remote(href).is_some()).then(|| href.to_owned())
    })
}

async fn by_address(state: &AppState, address: &str, budget: &Budget) -> Result<RemoteActorRow> {
    let parsed = parse_remote(address).ok_or_else(|| Error::invalid("address", "error-actor-address"))?;
    let document = match fetch::object_or_page(state, parsed.as_str(), budget).await? {
        Found::Object(document) => document,
        Found::Page { url, html } => {
            let link = alternate(&url, &html).ok_or(FetchError::Invalid("the page belongs to no actor"))?;
            fetch::document(state, link.as_str(), budget).await?
        }
    };
    Ok(actors::from_document(state, document, budget).await?)
}

/// The address in `<link rel="alternate" type="application/activity+json" href="…">`, the first of a page.
pub fn alternate(page: &Url, html: &str) -> Option<Url> {
    let lower = html.to_ascii_lowercase();
    let mut from = 0;
    while let Some(start) = lower[from..].find("<link").map(|at| from + at) {
        let end = lower[start..].find('>').map(|at| start + at)?;
        let tag = &html[start + 5..end];
        let value = |name| attribute(tag, name);
        if value("rel").is_some_and(|rel| rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("alternate")))
            && value("type").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/activity+json"))
            && let Some(href) = value("href")
        {
            return page.join(&href.replace("&amp;", "&")).ok();
        }
        from = end;
    }
    None
}

/// The value of an attribute in the inside of a tag, quoted in either way or bare.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut rest = tag.trim_start();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let (key, after) = rest.split_at(end);
        let after = after.trim_start();
        let (value, next) = match after.strip_prefix('=') {
            None => ("", after),
            Some(after) => {
                let after = after.trim_start();
                match after.chars().next() {
                    Some(quote @ ('"' | '\'')) => after[1..].split_once(quote)?,
                    _ => after.split_at(after.find(char::is_whitespace).unwrap_or(after.len())),
                }
            }
        };
        if key.eq_ignore_ascii_case(name) {
            return Some(value.to_owned());
        }
        // A lone quote or slash is stepped over.
        rest = if key.is_empty() && next.len() == rest.len() { &rest[rest.chars().next()?.len_utf8()..] } else { next };
        rest = rest.trim_start();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn handles_are_read_in_their_usual_forms() {
        let two = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        for text in ["@ada@meadow.example", "ada@meadow.example", "acct:ada@meadow.example", "ada@MEADOW.example."] {
            assert_eq!(handle(text), two("ada", "meadow.example"), "{text}");
        }
        assert_eq!(handle("ada@river.localhost:8081"), two("ada", "river.localhost:8081"));
        for text in
            ["ada", "@ada", "@@meadow.example", "ada@", "ada@a@b", "a b@c.example", "ada@127.0.0.1", "ada@x/y", "a?b@c.example"]
        {
            assert_eq!(handle(text), None, "{text}");
        }
    }

    #[test]
    fn the_link_to_the_actor_is_found_among_others() {
        let links = |links: Value| self_link(&json!({ "subject": "acct:ada@meadow.example", "links": links }));
        let id = "https://meadow.example/users/ada";
        assert_eq!(
            links(json!([
                { "rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": "https://meadow.example/@ada" },
                { "rel": "self", "type": "text/html", "href": "https://meadow.example/" },
                { "rel": "self", "type": "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"", "href": id },
            ]))
            .as_deref(),
            Some(id)
        );
        for bad in ["data:application/activity+json,{}", "https://127.0.0.1/a", "javascript:x", "/users/ada"] {
            assert_eq!(links(json!([{ "rel": "self", "type": "application/activity+json", "href": bad }])), None, "{bad}");
        }
        assert_eq!(links(json!("x")), None);
    }

    #[test]
    fn the_best_way_home_is_taken() {
        let subscribe = json!({ "rel": SUBSCRIBE, "template": "https://meadow.example/authorize_interaction?uri={uri}" });
        let object =
            json!({ "rel": format!("{INTENTS}Object"), "template": "https://meadow.example/o?u={object}&back={on-success}" });
        let follow = json!({ "rel": format!("{INTENTS}Follow"), "template": "https://meadow.example/f?u={object}" });
        let to = |links: Vec<&Value>, wish| {
            let (template, _) = template(&json!({ "links": links }), wish)?;
            filled(&template, "https://river.example/c/river").map(String::from)
        };
        let uri = "https%3A%2F%2Friver.example%2Fc%2Friver";
        let all = vec![&subscribe, &object, &follow];
        assert_eq!(to(all.clone(), Wish::Follow), Some(format!("https://meadow.example/f?u={uri}")));
        assert_eq!(to(all.clone(), Wish::Boost), Some(format!("https://meadow.example/o?u={uri}&back=")));
        assert_eq!(to(all[..1].to_vec(), Wish::Answer), Some(format!("https://meadow.example/authorize_interaction?uri={uri}")));
        let endorse = json!({ "rel": format!("{INTENTS}{ENDORSE}"), "template": "https://meadow.example/e?u={object}" });
        let exact = |links: Vec<&Value>| template(&json!({ "links": links }), Wish::Endorse).map(|(_, exact)| exact);
        assert_eq!(to(vec![&subscribe, &endorse], Wish::Endorse), Some(format!("https://meadow.example/e?u={uri}")));
        assert_eq!(
            (exact(vec![&object, &endorse]), exact(vec![&subscribe, &object]), exact(vec![])),
            (Some(true), Some(false), None)
        );
        assert_eq!(to(vec![], Wish::Follow), None);
        for bad in
            ["javascript:{uri}", "https://127.0.0.1/?{uri}", "https://meadow.example/", "/x?{uri}", "https://a.example/}{uri}{"]
        {
            assert_eq!(filled(bad, "https://river.example/c/river"), None, "{bad}");
        }
    }

    #[test]
    fn a_visitor_names_a_server_in_many_ways() {
        let two = |name: Option<&str>, host: &str| Some((name.map(str::to_owned), host.to_owned()));
        assert_eq!(visitor("@ada@Meadow.example"), two(Some("ada"), "meadow.example"));
        assert_eq!(visitor("meadow.example"), two(None, "meadow.example"));
        assert_eq!(visitor("https://meadow.example/@ada"), two(None, "meadow.example"));
        for bad in
            ["", "ada", "@ada", "a b.example", "10.0.0.1", "javascript://x.example/%0a", "meadow.example/x", "ada@b@c.example"]
        {
            assert_eq!(visitor(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_page_names_its_object() {
        let page = Url::parse("https://meadow.example/@ada").unwrap();
        let find = |html: &str| alternate(&page, html).map(|url| url.to_string());
        for html in [
            r#"<link href="/users/ada" rel="alternate" type="application/activity+json">"#,
            r#"<head><link rel=stylesheet href=x><LINK REL='nofollow Alternate' TYPE='application/activity+json' HREF='https://meadow.example/users/ada' />"#,
        ] {
            assert_eq!(find(html).as_deref(), Some("https://meadow.example/users/ada"), "{html}");
        }
        for html in
            ["", "<link", r#"<link rel="alternate" type="application/rss+xml" href="/x">"#, "<link rel=alternate href=\"x>"]
        {
            assert_eq!(find(html), None, "{html}");
        }
    }

    proptest! {
        #[test]
        fn no_page_makes_it_panic_or_hang(html in r#"(<link|rel|type|href|=|"|'|/|>| |é|alternate|application/activity\+json){0,40}"#) {
            alternate(&Url::parse("https://meadow.example/").unwrap(), &html);
        }
    }
}
