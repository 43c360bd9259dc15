//! What people on Mastodon see of each kind of thing that we publish: taken from a running server's deliveries, shown by the
//! model of Mastodon's rules that the desk's preview uses, and compared with `tests/snapshots/mastodon`.

use crate::harness::{Backend, Instance, Peer, PeerActor, snapshot};
use communard::vocab::mastodon_view::{Effect, MastodonView, Profile, QuotePolicy, delivered};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fmt::Write};

struct Stage {
    river: Instance,
    valley: Peer,
    ana: PeerActor,
}

impl Stage {
    async fn new() -> Self {
        let river = Instance::builder("river", Backend::Sqlite).start().await;
        let valley = Peer::start("valley").await;
        let ana = valley.actor("ana");
        assert_eq!(ana.post(&river, &ana.follow(&river.actor("river"))).await, 202);
        let stage = Self { river, valley, ana };
        stage.valley.expect("Accept", |_| true).await;
        stage
    }

    /// Publishes and gives the delivered `Create`.
    async fn publish(&self, text: &str, options: &[&str]) -> Value {
        let file = self.river.file("text.md", text);
        let args = [&["statement", "publish", "--collective", "river"][..], options, &[file.as_str()]].concat();
        let id = self.river.cli(&args)["id"].as_str().unwrap().to_owned();
        self.valley.expect("Create", |activity| activity["object"]["id"] == id).await
    }

    /// The next delivery of this kind about an object.
    async fn about(&self, kind: &str, id: &str) -> Value {
        let about = |activity: &Value| activity["object"] == id || activity["object"]["id"] == id;
        self.valley.expect(kind, about).await
    }

    /// Compares with the snapshot of this name, with invented names, ids and times in place of this run's.
    fn check(&self, name: &str, effect: &Effect) {
        let mut text = shown(effect);
        for (host, known_as) in [(&self.river.domain, "river.example"), (&self.valley.host, "valley.example")] {
            text = text.replace(&format!("http://{host}"), &format!("https://{known_as}")).replace(host.as_str(), known_as);
            text = text.replace(host.split(':').next().unwrap(), known_as);
        }
        snapshot::compare(&format!("tests/snapshots/mastodon/{name}.txt"), &without_ids(&text));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_mastodon_shows_of_what_we_publish() {
    let stage = Stage::new().await;
    let river = &stage.river;

    river.cli(&[
        "collective",
        "edit",
        "river",
        "--name",
        "River Commune",
        "--summary",
        "We live **by the river**.\n\nAssembly each Monday.",
        "--website",
        "https://river.example/",
        "--contact",
        "post@river.example",
        "--field",
        "Founded=2012, after the flood",
    ]);
    let update = stage.about("Update", &river.actor("river")).await;
    stage.check("collective", &delivered(&update, None));

    let note = stage
        .publish(
            "We **refuse** the dam.\n\n## What we saw\n\n1. The wells fell dry.\n2. The [report](https://report.example/2026) was hidden.\n\n> Water is life.",
            &["--title", "No dam", "--lang", "en", "--demand", "Stop the works", "--demand", "Open the files", "--contact", "Write to post@river.example"],
        )
        .await;
    stage.check("note", &delivered(&note, None));
    let id = note["object"]["id"].as_str().unwrap().to_owned();
    river.cli_with_input(&["statement", "edit", &id, "-"], "We **refuse** the dam, and the mine.");
    let update = stage.about("Update", &id).await;
    stage.check("note-edited", &delivered(&update, Some(&note["object"])));
    river.cli(&["statement", "withdraw", &id, "--reason", "The works were stopped"]);
    stage.check("withdrawn", &delivered(&stage.about("Delete", &id).await, None));

    let long = "The river's story is long, and those who live here tell it.\n\n".repeat(150);
    let article = stage
        .publish(
            &long,
            &[
                "--title",
                "The river's story",
                "--lang",
                "en",
                "--summary",
                "No dam.\n\nAnswer by 1 May.",
                "--demand",
                "Stop the works",
                "--hashtag",
                "River",
            ],
        )
        .await;
    stage.check("article", &delivered(&article, None));
    let id = article["object"]["id"].as_str().unwrap().to_owned();
    river.cli_with_input(&["statement", "edit", &id, "--summary", "No dam.\n\nAnswer by 1 June.", "-"], &long);
    stage.check("article-edited", &delivered(&stage.about("Update", &id).await, Some(&article["object"])));
    let bare = stage.publish(&long, &["--title", "The river's story", "--lang", "en"]).await;
    stage.check("article-without-summary", &delivered(&bare, None));
    let warned = stage
        .publish(&long, &["--title", "The river's story", "--lang", "en", "--content-warning", "Violence by the police"])
        .await;
    stage.check("article-with-warning", &delivered(&warned, None));

    let folded = stage.publish(&long, &["--title", "The river's story", "--lang", "en", "--form", "note"]).await;
    stage.check("note-folded", &delivered(&folded, None));

    let picture = river.file("river.png", std::fs::read("docs/examples/river.png").unwrap());
    let pictures: Vec<String> = (1..=4).map(|n| format!("{picture}=The river, seen from bridge {n}")).collect();
    let address = format!("@ana@{}", stage.valley.host);
    let mut options =
        vec!["--title", "They came at night", "--lang", "en", "--content-warning", "Violence", "--mention", &address];
    options.extend(["--hashtag", "River", "--hashtag", "AguaEsVida", "--hashtag", "2026"]);
    options.extend(pictures.iter().flat_map(|picture| ["--image", picture]));
    let full = stage.publish("With @ana we stand by the #River.", &options).await;
    stage.check("note-with-images-warning-mention-hashtags", &delivered(&full, None));
    let images =
        stage.publish("By day.", &["--title", "The river", "--lang", "en", "--image", &format!("{picture}=The river")]).await;
    stage.check("note-with-image", &delivered(&images, None));

    let arabic = stage
        .publish(
            "نرفض **السد**.\n\n- أوقفوا الأعمال\n- افتحوا الملفات",
            &["--title", "لا للسد", "--lang", "ar", "--hashtag", "الماء_حياة"],
        )
        .await;
    stage.check("note-right-to-left", &delivered(&arabic, None));

    let losses = "| a | b |\n|---|---|\n| 1 | 2 |\n\n---\n\n[mail](mailto:post@river.example) and a footnote[^1].\n\n~~struck~~ `code`\n\n[^1]: Said so.";
    let lost = stage.publish(losses, &["--title", "What is lost", "--lang", "en"]).await;
    stage.check("note-with-losses", &delivered(&lost, None));

    let text = river.file("call.md", "The works begin again in January. We meet them at the river.");
    let call = [
        "call",
        "publish",
        "--collective",
        "river",
        "--title",
        "Days for the river",
        "--lang",
        "en",
        "--demand",
        "Stop the works",
    ];
    let dates = ["--start", "2027-01-25", "--end", "2027-02-01", "--supporters", "Organise something where you are.", &text];
    let id = river.cli(&[&call[..], &dates[..]].concat())["id"].as_str().unwrap().to_owned();
    let note = format!("{id}/note");
    let called = stage.about("Create", &note).await;
    stage.check("call", &delivered(&called, None));
    river.cli(&["call", "postpone", &id, "--start", "2027-03-01", "--end", "2027-03-08", "--notice", "The river is high."]);
    let moved = stage.about("Update", &note).await;
    stage.check("call-moved", &delivered(&moved, Some(&called["object"])));
    river.cli(&["call", "cancel", &id]);
    let cancelled = |activity: &Value| {
        activity["object"]["id"] == note.as_str()
            && activity["object"]["callStatus"].is_null()
            && activity["object"]["content"].as_str().is_some_and(|content| content.contains("cancelled"))
    };
    let cancelled = stage.valley.expect("Update", cancelled).await;
    stage.check("call-cancelled", &delivered(&cancelled, Some(&moved["object"])));
    // Who finds the call by its own address sees the event.
    let event = river.activity_json(&id).await;
    stage.check("call-as-event", &Effect::Post(Box::new(communard::vocab::mastodon_view::view(&event))));

    let mut theirs = stage.ana.note("<p>Who stands with us?</p>", None);
    theirs["@context"] = json!("https://www.w3.org/ns/activitystreams");
    stage.valley.serve_object(&theirs);
    let theirs = theirs["id"].as_str().unwrap().to_owned();
    let answer = stage.publish("We do.", &["--reply-to", &theirs, "--lang", "en"]).await;
    stage.check("answer", &delivered(&answer, None));
    river.cli(&["boost", "--collective", "river", &theirs]);
    let announce = stage.about("Announce", &theirs).await;
    stage.check("boost", &delivered(&announce, None));
    river.cli(&["unboost", "--collective", "river", &theirs]);
    let undo = stage.about("Undo", announce["id"].as_str().unwrap()).await;
    stage.check("boost-taken-back", &delivered(&undo, None));
    river.cli(&["like", "--collective", "river", &theirs]);
    stage.check("like", &delivered(&stage.about("Like", &theirs).await, None));
    river.cli(&["follow", "--collective", "river", &stage.ana.uri]);
    stage.check("follow", &delivered(&stage.about("Follow", &stage.ana.uri).await, None));

    // Whatever was delivered has an effect there, and every kind of it stands in a snapshot.
    let kinds: BTreeSet<String> =
        stage.valley.received().iter().map(|activity| activity["type"].as_str().unwrap().to_owned()).collect();
    let known = ["Accept", "Announce", "Create", "Delete", "Follow", "Like", "Undo", "Update"];
    assert_eq!(kinds, known.map(str::to_owned).into());
    for activity in stage.valley.received() {
        assert!(!matches!(delivered(&activity, None), Effect::Ignored(_)), "{activity}");
    }
}

fn shown(effect: &Effect) -> String {
    match effect {
        Effect::Post(view) => format!("a new post\n{}", post(view)),
        Effect::Edit(view) => format!("an edit; those who boosted it are told\n{}", post(view)),
        Effect::Refreshed => "nothing new; counters and policies are read\n".into(),
        Effect::Removed => "the post is gone, for ever\n".into(),
        Effect::Boost { object } => format!("“boosted” above the post {object}\n"),
        Effect::Favourite { object } => format!("a favourite for the author of {object}\n"),
        Effect::TakenBack { kind, object } => format!("the {kind} of {object} is taken back\n"),
        Effect::Relation { kind, object } => format!("{kind}: {object}\n"),
        Effect::Profile(profile) => format!("the profile changes\n{}", profile_page(profile)),
        Effect::Ignored(why) => format!("NOTHING: {why}\n"),
    }
}

fn post(view: &MastodonView) -> String {
    let mut out = String::new();
    let mut line = |key: &str, value: String| {
        if !value.is_empty() {
            writeln!(out, "{key}: {value}").unwrap();
        }
    };
    line("audience", format!("{:?}", view.audience));
    line("language", view.language.clone().unwrap_or("none: hidden from all who chose their languages".into()));
    line("in reply to", view.in_reply_to.clone().unwrap_or_default());
    line("edited", if view.edited.is_some() { "yes".into() } else { String::new() });
    line("folded behind", view.content_warning.clone().unwrap_or_default());
    line("“Read more”", if view.folded { "yes".into() } else { String::new() });
    line("told", view.mentioned.join(", "));
    line("hashtag bar", view.hashtags.join(", "));
    line("card", view.card.clone().unwrap_or_default());
    line("quotes", view.quote.clone().unwrap_or_default());
    let QuotePolicy { at_once, when_allowed } = &view.quotable;
    line("may be quoted", format!("at once by {at_once:?}, when allowed by {when_allowed:?}"));
    for file in &view.attachments {
        let covered = if view.covered { ", covered" } else { "" };
        line(
            if file.is_picture() { "picture" } else { "link to a file" },
            format!("{} ({}{covered})", file.alt, file.media_type),
        );
    }
    line("the writer is told", view.notes.join(", "));
    format!("{out}\n{}", blocks(&view.html))
}

fn profile_page(profile: &Profile) -> String {
    let Profile { name, handle, badge, html, page, fields, picture, banner, locked, discoverable, indexable, attribution } =
        profile;
    let mut out = format!(
        "name: {name}\nhandle: {handle}\nbadge: {}\npage: {page}\npicture: {picture}\nbanner: {banner}\nlock: {locked}\n\
         in directory and trends: {discoverable}\nposts found by their words: {indexable}\nauthor in cards of: {}\n",
        badge.unwrap_or("none"),
        attribution.join(", ")
    );
    for field in fields {
        let tick = if field.may_be_verified { " (can be verified)" } else { "" };
        writeln!(out, "line: {} = {}{tick}", field.name, field.html).unwrap();
    }
    format!("{out}\n{}", blocks(html))
}

/// HTML with each block in a line of its own.
fn blocks(html: &str) -> String {
    let mut out = html.to_owned();
    for end in ["</p>", "</ul>", "</ol>", "</li>", "</blockquote>", "</pre>", "<ul>", "<ol>", "<blockquote>"] {
        out = out.replace(end, &format!("{end}\n"));
    }
    let lines: Vec<&str> = out.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    match lines.len() {
        // A long text's middle says nothing.
        41.. => format!("{}\n… {} lines …\n{}\n", lines[..5].join("\n"), lines.len() - 8, lines[lines.len() - 3..].join("\n")),
        _ => format!("{}\n", lines.join("\n")),
    }
}

/// UUIDs become `ID`.
fn without_ids(text: &str) -> String {
    let is_id = |part: &str| {
        part.len() == 36
            && part.char_indices().all(|(at, c)| if [8, 13, 18, 23].contains(&at) { c == '-' } else { c.is_ascii_hexdigit() })
    };
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let taken = match rest.get(..36).filter(|part| is_id(part)) {
            Some(id) => {
                out.push_str("ID");
                id.len()
            }
            None => {
                out.push(c);
                c.len_utf8()
            }
        };
        rest = &rest[taken..];
    }
    out
}
