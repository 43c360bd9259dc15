//! Local actions at the desk: added under a call of another instance and changed, let in by the call's author, asked about
//! when the call moves, and cancelled.

use crate::{
    browser::{Browser, Page},
    calls::publish_week,
    harness::{Instance, backends, client, eventually, smtp::MailServer},
};
use communard::domain::proposed::{CONFIRM_DAYS, KEEP_MAIL_DAYS, MOST_HOSTED, MOST_WAITING, ProposedState};
use serde_json::{Value, json};

/// An action under a call as an instance has it, once it fits.
async fn under(what: &str, instance: &Instance, call: &str, fits: impl Fn(&Value) -> bool) -> Value {
    eventually(what, 60, || async {
        let list = instance.cli(&["action", "list", "--call", call]);
        list.as_array().unwrap().iter().find(|one| fits(one)).cloned()
    })
    .await
}

/// A page of the desk, once it has what is looked for.
async fn once(browser: &mut Browser<'_>, path: &str, css: &str) -> Page {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    loop {
        let page = browser.get(path).await;
        if page.has(css) {
            return page;
        }
        assert!(std::time::Instant::now() < deadline, "no {css} on {path}: {}", page.html);
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_lives_at_the_desks_of_two_instances() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let lyon = Instance::builder("lyon", backend).start().await;
        let call = publish_week(&river, &[]);

        // From the call's page to the form at the own instance.
        let shown = client().get(&call).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
        assert!(shown.contains("id=\"act\"") && shown.contains("value=\"act\""), "{shown}");
        let mut visitor = Browser::visiting(&river);
        let fields = [("do", "act"), ("uri", call.as_str()), ("server", lyon.domain.as_str())];
        let on = visitor.post("/interact", &fields).await;
        assert!(on.html.contains("/authorize_interaction?uri=") && on.html.contains("intent=act"), "{}", on.html);
        assert!(!on.has("#plainly"), "its instance says that it can: {}", on.html);
        let mut member = Browser::signed_in(&lyon).await;
        let encoded: String = url::form_urlencoded::byte_serialize(call.as_bytes()).collect();
        let form = member.get(&format!("/authorize_interaction?uri={encoded}&intent=act")).await;
        assert!(form.path.starts_with("/desk/lyon/actions/new"), "one collective: straight to its form: {}", form.path);
        assert!(form.text("#found").contains("Days for the river"), "{}", form.html);

        // What is wrong stands at its field, and nothing typed is lost; the city is asked for and says its time zone.
        let typed = [
            ("title", "March from the old bridge"),
            ("kind", "march"),
            ("start", "2099-01-30"),
            ("start_time", "14:00"),
            ("city", "Springfield"),
            ("place_name", "Old bridge"),
            ("address", "Quay 3"),
            ("precision", "district"),
            ("accessibility", "No steps."),
            ("spoken", "fr"),
            ("spoken_other", "no tag!"),
            ("contact", "march@lyon.example"),
        ];
        let refused = member.submit(&form, "#action", &typed).await;
        assert_eq!(refused.status, 422);
        assert!(
            refused.text("#e-city").contains("several") && refused.text("#e-spoken_other").contains("tag"),
            "{}",
            refused.html
        );
        for (name, value) in typed {
            assert_eq!(refused.field("#action", name), value, "{name}");
        }
        let looked = member.submit(&refused, "#action", &[("city", "Lyon"), ("find_city", "1"), ("spoken_other", "")]).await;
        assert_eq!((looked.status, looked.field("#action", "zone").as_str()), (200, "Europe/Paris"), "{}", looked.html);
        assert_eq!(lyon.cli(&["action", "list", "--collective", "lyon"]), json!([]), "nothing is stored by looking");
        let added = member.submit(&looked, "#action", &[]).await;
        assert!(added.has(".notice.good") && added.has("[data-author=pending]"), "{} {}", added.status, added.html);
        let here = added.path.split('?').next().unwrap().to_owned();
        let id = lyon.url(&format!("/actions/{}", here.rsplit('/').next().unwrap()));
        let listed = lyon.cli(&["action", "list", "--collective", "lyon"])[0].clone();
        assert_eq!((&listed["start"], &listed["zone"]), (&json!("2099-01-30T14:00"), &json!("Europe/Paris")));
        assert_eq!((&listed["place"]["name"], &listed["place"]["address"]), (&json!("Old bridge"), &json!("")));

        // The author's queue: it waits there, is let in, and everybody sees it.
        let mut author = Browser::signed_in(&river).await;
        let queue = once(&mut author, "/desk/river/action-requests", "li[data-action=pending]").await;
        assert!(queue.text("li[data-action=pending]").contains("March from the old bridge"), "{}", queue.html);
        assert!(author.get("/desk/river").await.has("a[href='/desk/river/action-requests'] .count"), "the desk counts it");
        let done = author.submit(&queue, "li[data-action=pending] form", &[("do", "accept")]).await;
        assert!(done.has(".notice.good") && done.has("li[data-action=accepted]"), "{}", done.html);
        once(&mut member, &here, "[data-author=accepted]").await;

        // An edit travels.
        let edit = member.get(&here).await;
        let changed = member.submit(&edit, "#action", &[("title", "March from the new bridge")]).await;
        assert!(changed.has(".notice.good"), "{}", changed.html);
        let there = under("river hears of the title", &river, &call, |one| one["title"] == "March from the new bridge").await;
        assert_eq!((&there["status"], &there["author"]), (&json!("announced"), &json!("accepted")));
        assert_eq!(lyon.cli(&["action", "edit", &id, "--start", "2099-01-30T15:00"])["status"], "moved");
        under("river hears of the hour", &river, &call, |one| one["start"] == "2099-01-30T15:00").await;

        // The call moves: the question stands on the overview with its count, at the action, and on its public page.
        river.cli(&["call", "postpone", &call, "--start", "2099-03-01", "--end", "2099-03-08"]);
        let overview = once(&mut member, "/desk/lyon", "[data-asked]").await;
        assert!(
            overview.text("#questions .count") == "1" && overview.text("[data-asked]").contains("35 days later"),
            "{}",
            overview.html
        );
        assert!(overview.text("a[href='/desk/lyon/actions'] .count") == "1", "{}", overview.html);
        let public = format!("/actions/{}", here.rsplit('/').next().unwrap());
        assert!(member.get(&public).await.text(".notice").contains("haven't said yet"));
        // Another title answers nothing.
        let kept = member.get(&here).await;
        assert!(member.submit(&kept, "#action", &[("title", "March from both bridges")]).await.has("[data-asked]"));
        let moved = member.submit(&overview, "[data-asked] form", &[("do", "move")]).await;
        assert!(moved.has(".notice.good") && !moved.has("[data-asked]"), "{}", moved.html);
        assert_eq!(moved.field("#action", "start"), "2099-03-06");
        assert!(!member.get(&public).await.has(".notice"), "it is answered");
        under("river hears of the day", &river, &call, |one| one["start"] == "2099-03-06T15:00").await;

        // Cancelled after a question; it stays visible, and can't be changed.
        let ask = member.get(&format!("{here}/cancel")).await;
        assert!(ask.text(".notice.bad").contains("can't be taken back"), "{}", ask.html);
        assert_eq!(lyon.cli(&["action", "list", "--collective", "lyon"])[0]["status"], "moved", "asking cancels nothing");
        let cancelled = member.submit(&ask, "#cancel", &[]).await;
        assert!(cancelled.has(".notice.good") && cancelled.has(".badge.call-cancelled"), "{}", cancelled.html);
        assert!(!cancelled.has("a.danger"), "once is enough");
        under("river shows it as cancelled", &river, &call, |one| one["status"] == "cancelled").await;
        let refused = member.submit(&cancelled, "#action", &[("title", "After all")]).await;
        assert_eq!((refused.status, refused.field("#action", "title").as_str()), (409, "After all"));
        assert!(refused.text(".notice.bad").contains("cancelled"), "{}", refused.html);

        // The author takes it off the call.
        let queue = author.get("/desk/river/action-requests").await;
        let done = author.submit(&queue, "li[data-action=accepted] form", &[("do", "drop")]).await;
        assert!(done.has("li[data-action=dropped]"), "{}", done.html);
        once(&mut member, &here, "[data-author=dropped]").await;

        // Wrong addresses say so; another's desk has nothing of it.
        let wrong = member.get("/desk/lyon/actions/new?call=https%3A%2F%2Fnowhere.invalid%2Fx").await;
        assert!(wrong.has("#e-address") && !wrong.has("#action"), "{}", wrong.html);
        let statement: String = url::form_urlencoded::byte_serialize(lyon.publish("No dam", "No.").as_bytes()).collect();
        let wrong = member.get(&format!("/desk/lyon/actions/new?call={statement}")).await;
        assert!(wrong.text("#e-address").contains("no dates"), "{}", wrong.html);
        lyon.cli(&["collective", "add", "harbour", "--name", "The harbour"]);
        assert_eq!(member.get(&here.replace("lyon", "harbour")).await.status, 404);
    }
}

/// People without an instance propose an action, confirm it by mail, are let in, and cancel; the address goes.
/// Proposed and confirmed as another one was, by somebody else and under another title; gives its id.
fn proposed(river: &Instance, like: &str, title: &str, mail: &str) -> String {
    let (like, title, mail) = (like.to_owned(), title.to_owned(), mail.to_owned());
    let write = move |conn: &mut communard::db::DbConn| {
        let was = communard::db::proposed::by_id(conn, &like)?;
        let (now, content) = (chrono::Utc::now().naive_utc(), was.content.into_inner());
        let content = communard::domain::action::ActionContent { title, ..content };
        let noted = communard::acts::proposed::propose(conn, now, &was.statement_id, content, &mail, "en")?;
        Ok(communard::acts::proposed::confirm(conn, now, &noted.unwrap().1)?.id)
    };
    river.db().write_blocking(write).unwrap()
}

/// So many more of one kind, like another one but for who they are from.
fn fill(river: &Instance, like: &str, count: i64, state: ProposedState) {
    let like = like.to_owned();
    let write = move |conn: &mut communard::db::DbConn| {
        let was = communard::db::proposed::by_id(conn, &like)?;
        for n in 0..count {
            let mut row = was.clone();
            row.id = uuid::Uuid::now_v7().hyphenated().to_string();
            (row.mail, row.token_hash) = (Some(format!("{state}-{n}@many.example")), format!("{state}-{n}"));
            (row.state, row.told_at, row.created_at) = (state, Some(row.created_at), chrono::Utc::now().naive_utc());
            communard::db::proposed::insert(conn, &row)?;
        }
        Ok(())
    };
    river.db().write_blocking(write).unwrap();
}

fn states(river: &Instance, call: &str, states: &'static [ProposedState]) -> i64 {
    let id = call.rsplit('/').next().unwrap().to_owned();
    river.db().read_blocking(move |conn| communard::db::proposed::count(conn, &id, states)).unwrap()
}

/// How many have an address.
fn count_of(river: &Instance, mail: &str) -> usize {
    let (mail, ever) = (mail.to_owned(), chrono::DateTime::UNIX_EPOCH.naive_utc());
    let count = river.db().read_blocking(move |conn| communard::db::proposed::count_of_mail(conn, &mail, ever));
    usize::try_from(count.unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn people_without_an_instance_propose_an_action() {
    for backend in backends() {
        let server = MailServer::start();
        let river = Instance::builder("river", backend)
            .env("MAIL__SMTP_URL", format!("smtp://127.0.0.1:{}", server.port))
            .env("MAIL__FROM", "River <office@river.example>")
            .env("FEDERATION__VISITOR_LOOKUPS", 12)
            .start()
            .await;
        let closed = publish_week(&river, &[]);
        let call = publish_week(&river, &["--open-to-all", "true"]);
        let path = call.strip_prefix(&river.base_url()).unwrap().to_owned();
        let mut visitor = Browser::visiting(&river);
        assert!(visitor.get(&path).await.has(&format!("a[href='{path}/propose']")));
        let closed = closed.strip_prefix(&river.base_url()).unwrap();
        assert!(!visitor.get(closed).await.has("a[href$='/propose']"));
        assert_eq!(visitor.get(&format!("{closed}/propose")).await.status, 404);

        let form = visitor.get(&format!("{path}/propose")).await;
        let typed = [
            ("title", "Silent circle"),
            ("kind", "vigil"),
            ("start", "2099-01-28"),
            ("start_time", "18:00"),
            ("city", "Diyarbakır"),
            ("place_name", "At the walls"),
            ("precision", "exact"),
            ("mail", "nobody at all"),
        ];
        let refused = visitor.submit(&form, "#propose", &typed).await;
        assert_eq!((refused.status, refused.field("#propose", "title").as_str()), (422, "Silent circle"));
        assert!(refused.has("#e-mail") && server.mails().is_empty(), "{}", refused.html);
        // A field that people don't see: the same words, and no mail.
        let good = [("mail", "ada@valley.example")];
        let trapped = visitor.submit(&refused, "#propose", &[good[0], ("website", "https://spam.example")]).await;
        let sent = visitor.submit(&refused, "#propose", &good).await;
        assert!(trapped.has("#sent") && sent.has("#sent"), "{}", sent.html);
        let mail = async |nth: usize| eventually("the mail comes", 30, || async { server.mails().get(nth).cloned() }).await;
        let first = mail(0).await;
        assert_eq!(first.to, ["ada@valley.example"]);
        let text = first.text();
        let at = |text: &str| text[text.find("/proposed/").unwrap()..].split_whitespace().next().unwrap().to_owned();
        let link = at(&text);
        assert!(text.contains(&format!("{link}?cancel=1")), "{text}");

        // Nobody reads it before it is confirmed; opening the link confirms nothing.
        let waiting = || river.cli(&["action", "list", "--collective", "river", "--proposed"]);
        let opened = visitor.get(&link).await;
        assert!(opened.has("[data-proposed=unconfirmed]") && waiting() == json!([]), "{}", opened.html);
        let confirmed = visitor.submit(&opened, "#confirm", &[("do", "confirm")]).await;
        assert!(confirmed.has("[data-proposed=waiting]") && !confirmed.has("#confirm"), "{}", confirmed.html);
        assert_eq!((&waiting()[0]["mail"], &waiting()[0]["zone"]), (&json!("ada@valley.example"), &json!("Europe/Istanbul")));
        let public = visitor.get(&path).await;
        assert!(!public.html.contains("Silent circle"), "it isn't let in yet");

        // The desk sees and counts it, and lets it in: an action that says whose it is, with no address anywhere.
        let mut author = Browser::signed_in(&river).await;
        let queue = author.get("/desk/river/action-requests").await;
        assert_eq!(queue.text("a[href='/desk/river/action-requests'] .count"), "1");
        let done = author.submit(&queue, "li[data-proposed] form", &[("do", "let-in")]).await;
        assert!(done.has(".notice.good") && !done.has("li[data-proposed]"), "{}", done.html);
        assert!(mail(1).await.text().contains("/actions/"), "who proposed it hears of it");
        let public = visitor.get(&path).await;
        assert!(
            public.html.contains("Silent circle") && public.html.contains("without an instance of their own"),
            "{}",
            public.html
        );
        let action = river.cli(&["action", "list", "--call", &call])[0].clone();
        let event = river.activity_json(action["id"].as_str().unwrap()).await;
        assert_eq!((&event["type"], &event["superEvent"]), (&json!("Event"), &json!(call)));
        for text in [public.html.as_str(), &event.to_string(), &action.to_string()] {
            assert!(!text.contains("valley.example"), "{text}");
        }

        // Cancelled by the link at any time: it stays visible as cancelled, and the address is gone.
        let ask = visitor.get(&format!("{link}?cancel=1")).await;
        let gone = visitor.submit(&ask, "#cancel", &[("do", "cancel")]).await;
        assert!(gone.has("[data-proposed=cancelled]") && !gone.has("form#cancel"), "{}", gone.html);
        assert_eq!(river.cli(&["action", "list", "--call", &call])[0]["status"], "cancelled");
        let mails = || {
            let count = |conn: &mut communard::db::DbConn| {
                communard::db::proposed::count_of_mail(conn, "ada@valley.example", chrono::DateTime::UNIX_EPOCH.naive_utc())
            };
            river.db().read_blocking(count).unwrap()
        };
        assert_eq!(mails(), 0, "nobody needs the address any more");

        // Declined at the command line: told, and erased. A fourth of one address in a day gets no mail and the same words.
        let propose = async |visitor: &mut Browser<'_>, mail: &str| {
            let form = visitor.get(&format!("{path}/propose")).await;
            let mut typed = typed.to_vec();
            typed.retain(|(name, _)| *name != "mail");
            typed.push(("mail", mail));
            visitor.submit(&form, "#propose", &typed).await
        };
        assert!(propose(&mut visitor, "bo@valley.example").await.has("#sent"));
        let link = at(&mail(2).await.text());
        let opened = visitor.get(&link).await;
        visitor.submit(&opened, "#confirm", &[("do", "confirm")]).await;
        let id = waiting()[0]["id"].as_str().unwrap().to_owned();
        let declined = river.cli(&["action", "decline", &id]);
        assert_eq!((&declined["state"], &declined["mail"]), (&json!("declined"), &Value::Null));
        assert!(mail(3).await.text().contains("erased"));
        for _ in 0..4 {
            assert!(propose(&mut visitor, "cem@valley.example").await.has("#sent"));
        }
        assert!(propose(&mut visitor, "dilan@valley.example").await.has("#sent"));
        eventually("the last one's mail comes", 30, || async {
            server.mails().iter().any(|mail| mail.to == ["dilan@valley.example"]).then_some(())
        })
        .await;
        assert_eq!(server.mails().iter().filter(|mail| mail.to == ["cem@valley.example"]).count(), 3);

        // Who may not answer alone puts it before the assembly, which has no address before it; the clock tells who proposed it.
        crate::commune::admit(&river, "bo");
        river.cli(&["mandate", "rules", "--collective", "river", "--mandated", "true"]);
        for (title, accept, words) in [("Long night", true, "/actions/"), ("Short night", false, "erased")] {
            let mail = format!("{}@hill.example", title.split(' ').next().unwrap().to_lowercase());
            let id = proposed(&river, &id, title, &mail);
            let word = if accept { "accept" } else { "decline" };
            let said = river.cli(&["action", word, &id, "--as", "bo"]);
            let decision = said["decision"]["id"].as_str().unwrap().to_owned();
            assert_eq!(said["decision"]["effect"], "answer-proposed", "{said}");
            let question = river.cli(&["decision", "show", &decision]);
            assert!(question.to_string().contains(title) && !question.to_string().contains("hill.example"), "{question}");
            let mut bo = Browser::signed_in_as(&river, "bo").await;
            let queue = bo.get("/desk/river/action-requests").await;
            assert!(queue.text("li[data-proposed]").contains("Propose to let it stand"), "{}", queue.html);
            let button = if accept { "let-in" } else { "turn-down" };
            let same = bo.submit(&queue, "li[data-proposed] form", &[("do", button)]).await;
            assert!(same.path.ends_with(&format!("/decisions/{decision}")) || same.path.contains(&decision), "{}", same.path);
            assert_eq!(waiting()[0]["id"], id, "nobody answered yet");
            for member in ["ada", "bo"] {
                river.cli(&["decision", "vote", &decision, "yes", "--as", member]);
            }
            let closed = river.cli(&["decision", "close", &decision]);
            assert_eq!((&closed["outcome"], &closed["failure"]), (&json!("carried"), &Value::Null), "{closed}");
            assert_eq!(waiting(), json!([]));
            let told = eventually("who proposed it hears of it", 60, || async {
                server.mails().into_iter().find(|sent| sent.to == [mail.clone()])
            });
            assert!(told.await.text().contains(words));
            eventually("the address of what was declined is gone", 60, || async {
                (count_of(&river, &mail) == usize::from(accept)).then_some(())
            })
            .await;
        }
        river.cli(&["mandate", "rules", "--collective", "river", "--mandated", "false"]);

        // Bounds: so many wait under a call, so many are let in; then it is said.
        let template = id.clone();
        let last = proposed(&river, &template, "The last one", "last@hill.example");
        let hosted = MOST_HOSTED - states(&river, &call, &[ProposedState::Accepted]);
        fill(&river, &template, hosted, ProposedState::Accepted);
        let (_, said) = river.cli_fails(&["action", "accept", &last]);
        assert!(said.contains("So much was proposed"), "{said}");
        const OPEN: &[ProposedState] = &[ProposedState::Unconfirmed, ProposedState::Waiting];
        fill(&river, &template, MOST_WAITING - states(&river, &call, OPEN), ProposedState::Unconfirmed);
        let full = propose(&mut visitor, "emre@valley.example").await;
        assert!(full.status == 409 && !full.has("#sent"), "{}: {}", full.status, full.html);
        // What nobody confirmed is forgotten after some days, and addresses some days after it took place.
        let now = river.db().read_blocking(|_| Ok(chrono::Utc::now().naive_utc())).unwrap();
        let later = |days: i64| {
            let at = now + chrono::Duration::days(days);
            river.db().write_blocking(move |conn| communard::acts::proposed::forget(conn, at)).unwrap()
        };
        later(CONFIRM_DAYS - 1);
        assert_eq!(states(&river, &call, OPEN), MOST_WAITING);
        later(CONFIRM_DAYS + 1);
        assert_eq!(states(&river, &call, OPEN), 1, "the confirmed one stays");
        assert_eq!(count_of(&river, "long@hill.example"), 1, "its action is still to come");
        let over = chrono::NaiveDate::from_ymd_opt(2099, 1, 29).unwrap().and_hms_opt(0, 0, 0).unwrap() - now;
        later(over.num_days() + KEEP_MAIL_DAYS - 2);
        assert_eq!(count_of(&river, "long@hill.example"), 1);
        later(over.num_days() + KEEP_MAIL_DAYS + 3);
        assert_eq!((count_of(&river, "long@hill.example"), count_of(&river, "last@hill.example")), (0, 0));
        assert_eq!(states(&river, &call, &[ProposedState::Accepted]), MOST_HOSTED, "what was let in stays");

        // Links that nobody got lead nowhere, and the call's end ends it.
        assert_eq!(visitor.get(&format!("/proposed/{}", "A".repeat(43))).await.status, 403);
        river.cli(&["call", "cancel", &call]);
        assert_eq!(visitor.get(&format!("{path}/propose")).await.status, 404);
        // Too many tries at once are turned away before anything is done.
        let call = publish_week(&river, &["--open-to-all", "true"]);
        let form = visitor.get(&format!("{}/propose", call.strip_prefix(&river.base_url()).unwrap())).await;
        let mut refused = 0;
        for _ in 0..14 {
            refused = visitor.submit(&form, "#propose", &[("title", "")]).await.status;
        }
        assert_eq!(refused, 429);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_mail_no_call_is_open_to_people_without_an_instance() {
    let river = Instance::builder("river", backends()[0]).start().await;
    let text = river.file("call.md", "Come.\n");
    let (_, said) = river.cli_fails(&[
        "call",
        "publish",
        "--collective",
        "river",
        "--title",
        "Days",
        "--lang",
        "en",
        "--start",
        "2099-01-25",
        "--open-to-all",
        "true",
        &text,
    ]);
    assert!(said.contains("no mail set up"), "{said}");
    let mut browser = Browser::signed_in(&river).await;
    let form = browser.get("/desk/river/write?call=1").await;
    assert!(
        form.has("input[name=open_to_all][disabled]") && form.text("#f-open_to_all").contains("no mail set up"),
        "{}",
        form.html
    );
    let typed = [("title", "Days"), ("body", "Come."), ("language", "en"), ("start", "2099-01-25"), ("open_to_all", "1")];
    let refused = browser.write(&form, &typed, &[], "publish").await;
    assert_eq!(refused.status, 422);
    assert!(refused.text("#e-open_to_all").contains("no mail set up"), "{}", refused.html);
}
