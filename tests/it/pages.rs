//! The public pages of a running server, as browsers and feed readers get them.

use crate::harness::{Instance, backends, client};
use communard::{
    db::{self, Json, inbox::InboxRow, remote_actors::RemoteActorRow, remote_posts::RemotePostRow},
    domain::names::{InboxKind, Visibility},
};
use reqwest::{
    Response, StatusCode,
    header::{ACCEPT, ACCEPT_LANGUAGE, HOST, HeaderMap},
};
use scraper::{Html, Selector};
use std::collections::{BTreeSet, VecDeque};

const EVIL: &str = r#""'></title></script><script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)>"#;

struct Page {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Page {
    async fn of(answer: Response) -> Self {
        let (status, headers) = (answer.status(), answer.headers().clone());
        Self { status, headers, text: answer.text().await.unwrap() }
    }

    async fn get(url: String) -> Self {
        Self::of(client().get(url).send().await.unwrap()).await
    }

    fn count(&self, css: &str) -> usize {
        Html::parse_document(&self.text).select(&Selector::parse(css).unwrap()).count()
    }

    fn attributes(&self, css: &str, name: &str) -> Vec<String> {
        let document = Html::parse_document(&self.text);
        let selector = Selector::parse(css).unwrap();
        let found = document.select(&selector);
        found.filter_map(|element| element.value().attr(name).map(str::to_owned)).collect()
    }

    fn words(&self, css: &str) -> String {
        let document = Html::parse_document(&self.text);
        let text: String = document.select(&Selector::parse(css).unwrap()).flat_map(|element| element.text()).collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn vary(&self) -> BTreeSet<String> {
        let all = self.headers.get_all("vary").iter().flat_map(|value| value.to_str().unwrap().split(','));
        all.map(|name| name.trim().to_ascii_lowercase()).collect()
    }
}

fn publish(instance: &Instance, title: &str, language: &str, text: &str) -> String {
    let file = instance.file("text.md", text);
    let printed = instance.cli(&["statement", "publish", "--collective", "river", "--title", title, "--lang", language, &file]);
    printed["id"].as_str().unwrap().to_owned()
}

/// A reply by somebody else, as the inbox would keep it.
fn reply(instance: &Instance, statement: &str, who: &str, html: &str, shown: bool, visibility: Visibility) {
    let db = instance.db();
    let actor = format!("https://peer.example/users/{who}");
    let post = format!("https://peer.example/posts/{who}");
    let now = chrono::DateTime::UNIX_EPOCH.naive_utc();
    db.write_blocking(|conn| {
        let river = db::collectives::by_handle(conn, "river")?;
        db::remote_actors::put(
            conn,
            &RemoteActorRow {
                id: format!("actor-{who}"),
                uri: actor.clone(),
                host: "peer.example".into(),
                kind: "Person".into(),
                username: who.into(),
                handle_host: "peer.example".into(),
                name: format!("{who} {EVIL}"),
                summary: String::new(),
                url: None,
                inbox: format!("{actor}/inbox"),
                shared_inbox: None,
                outbox: None,
                followers: None,
                icon_url: Some("https://peer.example/tracking.png".into()),
                also_known_as: Json::new(vec![]),
                moved_to: None,
                keys: Json::new(vec![]),
                manually_approves: false,
                fetched_at: now,
                key_refetched_at: None,
                gone_at: None,
                country: None,
            },
        )?;
        let tombstone = RemotePostRow::tombstone(format!("post-{who}"), &post, &actor, now);
        let row = RemotePostRow {
            kind: "Note".into(),
            visibility,
            html: html.into(),
            url: Some("javascript:alert(1)".into()),
            in_reply_to: Some(statement.into()),
            deleted_at: None,
            attachments: Default::default(),
            ..tombstone
        };
        db::remote_posts::insert(conn, &row)?;
        let item = |kind, object: &str, post_id: Option<&str>| InboxRow {
            id: format!("{kind}-{who}"),
            collective_id: river.id.clone(),
            kind,
            actor_uri: actor.clone(),
            activity_uri: None,
            object_uri: Some(object.to_owned()),
            post_id: post_id.map(str::to_owned),
            received_at: now,
            shown,
            read_at: None,
            undone_at: None,
        };
        db::inbox::put(conn, &item(InboxKind::Reply, &post, Some(&row.id)))?;
        db::inbox::put(conn, &item(InboxKind::Like, statement, None))
    })
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn web_01_nothing_that_anybody_writes_runs_on_a_page() {
    for backend in backends() {
        let instance = Instance::builder("river", backend).start().await;
        let field = format!("{EVIL}={EVIL}");
        instance.cli(&["collective", "edit", "river", "--name", EVIL, "--summary", EVIL, "--contact", EVIL, "--field", &field]);
        let text = instance.file("evil.md", EVIL);
        let new: Vec<&str> = vec![
            "statement",
            "publish",
            "--collective",
            "river",
            "--title",
            EVIL,
            "--lang",
            "en",
            "--summary",
            EVIL,
            "--demand",
            EVIL,
            "--contact",
            EVIL,
            "--content-warning",
            EVIL,
            "--hashtag",
            "<script>",
            &text,
        ];
        let printed = instance.cli(&new);
        let id = printed["id"].as_str().unwrap();
        instance.cli_with_input(&["statement", "edit", id, "--title", &format!("New {EVIL}"), "-"], &format!("More {EVIL}"));
        let withdrawn = publish(&instance, EVIL, "en", EVIL);
        instance.cli(&["statement", "withdraw", &withdrawn, "--reason", EVIL]);
        reply(&instance, id, "mallory", "<p>Hello</p>", true, Visibility::Public);

        let river = instance.actor("river");
        let (versions, first, second) = (format!("{id}/versions"), format!("{id}/versions/1"), format!("{id}/versions/2"));
        for url in [instance.url("/"), instance.url("/about"), river.clone(), id.into(), versions, first, second, withdrawn] {
            let page = Page::get(url.clone()).await;
            for css in ["script", "svg", "iframe", "[onerror]", "[onload]", "[style]", "[href^='javascript']", "img[src=x]"] {
                assert_eq!(page.count(css), 0, "{backend:?} {url} has {css}:\n{}", page.text);
            }
            assert_eq!(page.count("main"), 1, "{url}: {}", page.text);
        }
        let page = Page::get(id.into()).await;
        assert!(page.words("h1").contains("alert(1)"), "the words stay: {}", page.words("h1"));

        let feed = Page::get(format!("{river}/feed.atom")).await;
        let parsed = atom_syndication::Feed::read_from(feed.text.as_bytes()).unwrap();
        assert_eq!(parsed.entries.len(), 1);
        assert!(!parsed.entries[0].content.as_ref().and_then(|c| c.value.as_ref()).is_some_and(|v| v.contains("<script")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prv_03_web_09_web_14_web_18_pages_ask_nobody_else_and_need_no_script() {
    let instance = Instance::builder("river", backends()[0]).start().await;
    let id =
        publish(&instance, "No dam", "en", "We [refuse](https://elsewhere.example/x). ![far](https://elsewhere.example/a.png)");
    instance.cli_with_input(&["statement", "edit", &id, "-"], "We refuse it.");
    reply(&instance, &id, "ana", "<p>With you</p>", true, Visibility::Public);
    let base = instance.base_url();
    let mut waiting: VecDeque<String> = [instance.url("/"), instance.url("/nothing")].into();
    let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
    let mut pages = 0;
    while let Some(url) = waiting.pop_front() {
        let page = Page::get(url.clone()).await;
        assert!(page.status != StatusCode::INTERNAL_SERVER_ERROR, "{url}");
        let html = page.headers.get("content-type").is_some_and(|v| v.to_str().unwrap().starts_with("text/html"));
        assert_eq!(page.headers["x-content-type-options"], "nosniff", "{url}");
        if !html {
            continue;
        }
        pages += 1;
        // WEB-09, WEB-14, WEB-18: on every page, whatever its status.
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"] {
            assert!(policy.contains(part), "{url}: {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains('*'), "{url}: {policy}");
        assert_eq!(page.headers["referrer-policy"], "no-referrer");
        assert!(page.headers.contains_key("permissions-policy"));
        assert_eq!(page.count("script, style, iframe, object, embed, base, [style], [onclick]"), 0, "{url}");
        let loaded = [
            page.attributes("link[rel=stylesheet], link[rel=icon]", "href"),
            page.attributes("[src]", "src"),
            page.attributes("form", "action"),
        ];
        for address in loaded.into_iter().flatten() {
            assert!(address.starts_with('/') && !address.starts_with("//"), "{url} loads {address}");
            if seen.insert(instance.url(&address)) {
                waiting.push_back(instance.url(&address));
            }
        }
        for link in page.attributes("a", "href") {
            let link = link.split('#').next().unwrap().to_owned();
            let whole = if link.starts_with('/') { instance.url(&link) } else { link };
            if whole.strip_prefix(&base).is_some_and(|rest| rest.starts_with('/')) && seen.insert(whole.clone()) {
                waiting.push_back(whole);
            }
        }
        assert!(seen.len() < 500, "the crawl doesn't end");
    }
    assert!(pages > 10, "{seen:?}");
    assert!(seen.iter().any(|url| url.contains("/ar/statements/")), "{seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn web_12_other_names_are_refused_and_never_believed() {
    let instance = Instance::builder("river", backends()[0]).start().await;
    publish(&instance, "No dam", "en", "We refuse.");
    for (path, host) in [("/", "evil.example"), ("/c/river", "river.localhost"), ("/.well-known/webfinger", "evil.example")] {
        let answer = client().get(instance.url(path)).header(HOST, host).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::MISDIRECTED_REQUEST, "{path} {host}");
    }
    let answer = client().get(instance.url("/healthz")).header(HOST, "10.1.2.3").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let forwarded = client().get(instance.url("/c/river")).header("x-forwarded-host", "evil.example");
    let page = Page::of(forwarded.header("forwarded", "host=evil.example").send().await.unwrap()).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text.contains("evil.example"));
}

#[tokio::test(flavor = "multi_thread")]
async fn web_13_web_16_one_address_has_a_page_and_a_document_that_caches_keep_apart() {
    let instance = Instance::builder("river", backends()[0]).start().await;
    let id = publish(&instance, "No dam", "en", "We refuse.");
    for url in [instance.actor("river"), id.clone()] {
        let browser =
            client().get(&url).header(ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8").header("origin", "https://x.example");
        let page = Page::of(browser.send().await.unwrap()).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.vary().is_superset(&["accept", "accept-language", "cookie"].map(str::to_owned).into()), "{:?}", page.vary());
        assert!(page.headers.get("access-control-allow-origin").is_none());
        let canonical = page.attributes("link[rel=alternate][type='application/activity+json']", "href");
        assert_eq!(canonical, std::slice::from_ref(&url));
        let document = client().get(&url).header(ACCEPT, "application/activity+json").send().await.unwrap();
        let document = Page::of(document).await;
        assert!(document.vary().contains("accept"), "{:?}", document.vary());
        assert_eq!(serde_json::from_str::<serde_json::Value>(&document.text).unwrap()["id"], url);
    }
    let page = Page::get(id).await;
    assert_eq!(page.attributes("meta[name='fediverse:creator']", "content").len(), 1);
    assert_eq!(page.attributes("meta[property='og:title']", "content"), ["No dam"]);
    let missing = client().get(instance.url("/c/nobody")).header(ACCEPT, "application/activity+json").send().await.unwrap();
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    let personal = Page::get(instance.url("/sign-in")).await;
    assert_eq!(personal.headers["cache-control"], "no-store");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_speak_the_readers_language_and_texts_keep_their_direction() {
    let instance = Instance::builder("river", backends()[0]).start().await;
    let english = publish(&instance, "No dam", "en", "We refuse.");
    let arabic = publish(&instance, "لا سدّ", "ar", "نرفض.");
    let path = english.strip_prefix(&instance.base_url()).unwrap();
    let page = Page::get(instance.url(&format!("/ar{path}"))).await;
    assert_eq!((page.attributes("html", "lang"), page.attributes("html", "dir")), (vec!["ar".into()], vec!["rtl".into()]));
    assert_eq!((page.attributes("h1", "lang"), page.attributes("h1", "dir")), (vec!["en".into()], vec!["ltr".into()]));
    assert!(!page.vary().contains("accept-language"), "the address says it: {:?}", page.vary());
    assert!(page.attributes(".byline a", "href")[0].starts_with("/ar/c/river"));
    let page = Page::of(client().get(&arabic).header(ACCEPT_LANGUAGE, "de, en;q=0.5").send().await.unwrap()).await;
    assert_eq!(page.attributes("html", "lang"), ["en"]);
    assert_eq!((page.attributes(".prose", "lang"), page.attributes(".prose", "dir")), (vec!["ar".into()], vec!["rtl".into()]));
    assert!(page.vary().contains("accept-language"));
    let page = Page::of(client().get(instance.url("/nothing")).header(ACCEPT_LANGUAGE, "ar-TN").send().await.unwrap()).await;
    assert_eq!((page.status, page.words("h1").as_str()), (StatusCode::NOT_FOUND, "لا شيء هنا"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_shows_its_versions_and_a_withdrawn_one_its_reason() {
    for backend in backends() {
        let instance = Instance::builder("river", backend).start().await;
        let id = publish(&instance, "No dam", "en", "We refuse the dam.\n\nCome along.");
        instance.cli_with_input(&["statement", "edit", &id, "-"], "We refuse this dam.\n\nCome along.");
        let page = Page::get(id.clone()).await;
        assert!(page.words(".edited").contains("see what changed"), "{}", page.text);
        let changes = Page::get(format!("{id}/versions/2")).await;
        assert_eq!((changes.words("article ins, .prose ins"), changes.words(".prose del")), ("this".into(), "the".into()));
        assert_eq!(Page::get(format!("{id}/versions")).await.count(".timeline li"), 2);
        assert_eq!(Page::get(format!("{id}/versions/3")).await.status, StatusCode::NOT_FOUND);

        let draft =
            instance.cli_with_input(&["statement", "draft", "--collective", "river", "--title", "Hidden", "-"], "Not yet.");
        for url in [draft["id"].as_str().unwrap().to_owned(), format!("{}/versions", draft["id"].as_str().unwrap())] {
            let page = Page::get(url).await;
            assert_eq!((page.status, page.text.contains("Hidden")), (StatusCode::NOT_FOUND, false));
        }
        instance.cli(&["statement", "withdraw", &id, "--reason", "The meeting decided anew."]);
        for url in [id.clone(), format!("{id}/versions"), format!("{id}/versions/1")] {
            let page = Page::get(url.clone()).await;
            assert_eq!(page.status, StatusCode::GONE, "{url}");
            assert!(page.text.contains("The meeting decided anew.") && !page.text.contains("We refuse"), "{}", page.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_public_replies_that_a_member_let_show_are_shown() {
    for backend in backends() {
        let instance = Instance::builder("river", backend).start().await;
        let id = publish(&instance, "No dam", "en", "We refuse.");
        reply(&instance, &id, "ana", "<p>We stand with you</p>", true, Visibility::Public);
        reply(&instance, &id, "bo", "<p>Nobody let this show</p>", false, Visibility::Public);
        reply(&instance, &id, "cem", "<p>This was for you alone</p>", true, Visibility::Direct);
        let page = Page::get(id).await;
        assert!(page.words(".replies").contains("We stand with you"), "{}", page.text);
        assert!(!page.text.contains("Nobody let") && !page.text.contains("for you alone"));
        assert_eq!(page.words(".figures b"), "03", "three likes, no boost");
        assert!(!page.text.contains("tracking.png"), "pictures of others are left out (PRV-04)");
    }
}
