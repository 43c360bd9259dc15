//! Deciding at the desk, as members do it: with forms and without scripts.

use crate::{
    browser::{Browser, Page},
    commune::{admit, id_of, run_out},
    harness::{Instance, backends, eventually, smtp::MailServer},
};
use communard::db::schema::ballots;
use diesel::prelude::*;

async fn ask(browser: &mut Browser<'_>, question: &str, changes: &[(&str, &str)]) -> Page {
    let form = browser.get("/desk/river/decisions/new").await;
    let page = browser.submit(&form, "#open", &[&[("question", question)], changes].concat()).await;
    assert_eq!(page.status, 200, "{}", page.html);
    assert!(page.path.contains("/decisions/"), "{}", page.path);
    page
}

async fn vote(browser: &mut Browser<'_>, path: &str, choice: &str) -> Page {
    let page = browser.get(path).await;
    browser.submit(&page, "#ballot", &[("choice", choice)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assembly_is_asked_talks_votes_changes_its_mind_and_decides() {
    for backend in backends() {
        let instance = Instance::builder("river", backend).start().await;
        admit(&instance, "bo");
        let (mut ada, mut bo) = (Browser::signed_in(&instance).await, Browser::signed_in_as(&instance, "bo").await);

        // What is wrong comes back beside its field, with all that was typed.
        let form = ada.get("/desk/river/decisions/new").await;
        let typed = [("question", " "), ("explanation", "Because of the *dam*."), ("date", "2020-01-01"), ("quorum", "120")];
        let wrong = ada.submit(&form, "#open", &typed).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.has("#e-date"), "{}", wrong.html);
        assert_eq!(wrong.field("#open", "explanation"), "Because of the *dam*.");
        let wrong = ada.submit(&wrong, "#open", &[("date", &form.field("#open", "date"))]).await;
        assert!(wrong.has("#e-quorum") && wrong.field("#open", "quorum") == "120", "{}", wrong.html);
        let page = ada.submit(&wrong, "#open", &[("quorum", "50"), ("question", "Shall we march on Sunday?")]).await;
        assert!(page.text(".prose").contains("Because of the dam"), "{}", page.html);
        assert!(page.text("[aria-labelledby=how]").contains("At least 1 of 2"), "{}", page.text("[aria-labelledby=how]"));
        assert!(
            page.text(".kicker").contains("(UTC)") || page.text(".kicker").contains('/'),
            "the zone: {}",
            page.text(".kicker")
        );
        let path = page.path.split('?').next().unwrap().to_owned();

        // It waits on the desk of everybody who can vote, until they have.
        let overview = bo.get("/desk/river").await;
        assert!(overview.text("[aria-labelledby=asked]").contains("Shall we march"), "{}", overview.html);
        assert_eq!(overview.text(".desk > nav a[href$='/decisions'] .count"), "1");
        let voted = vote(&mut bo, &path, "no").await;
        assert!(voted.text(".notice.good").contains("counts"), "{}", voted.html);
        assert!(voted.has("button[value=no][aria-pressed=true]") && !voted.has("button[value=yes][aria-pressed=true]"));
        assert!(!bo.get("/desk/river").await.has("[aria-labelledby=asked]"));
        vote(&mut ada, &path, "yes").await;
        let page = bo.get(&path).await;
        assert!(page.text("#counts").contains("1 for") && page.text("#counts").contains("1 against"), "{}", page.text("#counts"));
        assert!(page.text(".votes").contains("bo: Against"), "an open ballot: {}", page.text(".votes"));

        // What can't be said is refused beside the buttons; a comment that is empty too.
        let refused = bo.submit(&page, "#ballot", &[("choice", "block")]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.has("#f-choice"), "{}", refused.html);
        let said = bo.submit(&refused, "#comment", &[("comment", "Sunday is <b>market</b> day."), ("do", "comment")]).await;
        assert_eq!(said.status, 200);
        assert!(said.text(".comments").contains("bo") && said.text(".comments").contains("day."), "{}", said.html);
        assert!(!said.html.contains("<b>market</b>"));
        assert_eq!(bo.submit(&said, "#comment", &[("comment", " "), ("do", "comment")]).await.status, 422);

        // Others have voted: it can't be taken back; all have: it can be closed early, and a change of mind counts.
        let token = page.field("#ballot", "csrf");
        assert!(!ada.get(&path).await.has("button[value=cancel]"));
        let own = ada.get(&path).await.field("#ballot", "csrf");
        assert_eq!(ada.post(&path, &[("csrf", &own), ("do", "cancel")]).await.status, 409);
        assert_eq!(bo.post(&path, &[("csrf", &token), ("do", "cancel")]).await.status, 403);
        let changed = vote(&mut bo, &path, "yes").await;
        assert!(changed.text("#counts").contains("2 for"), "{}", changed.text("#counts"));
        let closed = bo.submit(&changed, "#end-form", &[("do", "close")]).await;
        assert!(closed.text(".byline .badge").contains("carried"), "{}", closed.html);
        assert!(!closed.has("#ballot") && !closed.has("#comment"));
        assert_eq!(bo.post(&path, &[("csrf", &token), ("do", "vote"), ("choice", "no")]).await.status, 409);
        let list = bo.get("/desk/river/decisions").await;
        assert!(list.text("[aria-labelledby=closed]").contains("Shall we march"));
        assert_eq!(instance.cli(&["decision", "show", &id_of(&path)])["outcome"], "carried");

        // One that nobody else voted on is taken back by who put it.
        let page = ask(&mut ada, "A mistake?", &[]).await;
        let back = ada.submit(&page, "#end-form", &[("do", "cancel")]).await;
        assert!(back.text(".byline .badge").contains("without a decision"), "{}", back.html);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_ballot_shows_nobody_who_said_what_and_leaves_no_row() {
    for backend in backends() {
        let instance = Instance::builder("river", backend).start().await;
        admit(&instance, "bo");
        let (mut ada, mut bo) = (Browser::signed_in(&instance).await, Browser::signed_in_as(&instance, "bo").await);
        let page = ask(&mut ada, "Who speaks for us?", &[("secret", "1"), ("procedure", "consensus")]).await;
        let path = page.path.split('?').next().unwrap().to_owned();
        let id = id_of(&path);
        vote(&mut bo, &path, "object").await;
        let rows = |id: &str| -> i64 {
            let query = ballots::table.filter(ballots::decision_id.eq(id.to_owned())).count();
            instance.db().read_blocking(|conn| Ok(query.get_result(conn)?)).unwrap()
        };
        let seen = ada.get(&path).await;
        assert!(!seen.text("#counts").contains("objected") && !seen.has(".votes"), "{}", seen.html);
        assert!(seen.text("#counts").contains("1 of 2"), "{}", seen.text("#counts"));
        assert!(bo.get(&path).await.has("button[value=object][aria-pressed=true]"), "one's own choice is marked");
        vote(&mut ada, &path, "yes").await;
        assert_eq!(rows(&id), 2);

        // The consensus fails; its counts are known, its ballots are gone, and a vote follows.
        run_out(&instance, &id);
        let second = eventually("the vote begins", 60, || async {
            let page = instance.cli(&["decision", "show", &id]);
            (page["stage"] == "vote").then_some(page)
        })
        .await;
        assert_eq!(second["first_tally"]["object"], 1);
        assert_eq!(rows(&id), 0, "nothing ties a member to what they said");
        let page = ada.get(&path).await;
        assert!(page.text("[aria-labelledby=how]").contains("objected") && page.has("button[value=no]"), "{}", page.html);
        assert!(page.has("button[value=yes][aria-pressed=false]"), "the second stage begins anew");
        vote(&mut ada, &path, "yes").await;
        vote(&mut bo, &path, "yes").await;
        let page = bo.get(&path).await;
        let closed = bo.submit(&page, "#end-form", &[("do", "close")]).await;
        assert!(closed.text("#counts").contains("2 for") && !closed.has(".votes"), "{}", closed.html);
        assert_eq!(rows(&id), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn minutes_are_entered_by_one_and_confirmed_by_another() {
    for backend in backends() {
        let instance = Instance::builder("river", backend).start().await;
        // Alone, nobody else has to confirm them.
        let mut ada = Browser::signed_in(&instance).await;
        let form = ada.get("/desk/river/decisions/minutes").await;
        let counts = [("question", "Shall we strike?"), ("yes", "34"), ("no", "2"), ("date", "2026-01-14")];
        let page = ada.submit(&form, "#minutes", &counts).await;
        assert!(page.text(".byline .badge").contains("carried"), "{}", page.html);
        assert!(page.text("#counts").contains("34 for"), "{}", page.text("#counts"));

        admit(&instance, "bo");
        admit(&instance, "cem");
        let mut bo = Browser::signed_in_as(&instance, "bo").await;
        let form = ada.get("/desk/river/decisions/minutes").await;
        let wrong = ada.submit(&form, "#minutes", &[("question", "Q?"), ("yes", "many"), ("date", "2999-01-01")]).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.has("#e-date"), "{}", wrong.html);
        let wrong = ada.submit(&wrong, "#minutes", &[("date", "2026-01-14")]).await;
        assert!(wrong.has("#e-yes") && wrong.field("#minutes", "yes") == "many", "{}", wrong.html);
        let page = ada.submit(&wrong, "#minutes", &counts).await;
        assert!(page.text(".notice.good").contains("Another member"), "{}", page.html);
        assert!(!page.has("#minutes"), "who entered them can't confirm them");
        let path = page.path.split('?').next().unwrap().to_owned();
        let token = page.field("#comment", "csrf");
        assert_eq!(ada.post(&path, &[("csrf", &token), ("do", "confirm")]).await.status, 403);
        assert!(bo.get("/desk/river").await.text("[aria-labelledby=asked]").contains("Shall we strike"));
        let asked = bo.get(&path).await;
        let done = bo.submit(&asked, "#minutes", &[("do", "confirm")]).await;
        assert!(done.text(".byline .badge").contains("carried"), "{}", done.html);
        assert!(done.text("[aria-labelledby=stands]").contains("Confirmed by bo"), "{}", done.html);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn aut_07_and_aut_12_who_came_later_or_belongs_elsewhere_has_no_say() {
    let instance = Instance::builder("river", backends()[0]).start().await;
    let mut ada = Browser::signed_in(&instance).await;
    let path = ask(&mut ada, "Before anybody came?", &[]).await.path.split('?').next().unwrap().to_owned();
    admit(&instance, "bo");
    let mut bo = Browser::signed_in_as(&instance, "bo").await;
    let page = bo.get(&path).await;
    assert!(!page.has("#ballot") && page.text(".vote").contains("when the question was opened"), "{}", page.html);
    let token = page.field("#comment", "csrf");
    assert_eq!(bo.post(&path, &[("csrf", &token), ("do", "vote"), ("choice", "yes")]).await.status, 403);
    // On another collective's desk there is no such decision.
    instance.cli(&["collective", "add", "harbour", "--name", "Harbour", "--language", "en"]);
    instance.cli(&["member", "admit", "ada", "harbour"]);
    assert_eq!(ada.get(&path.replace("/river/", "/harbour/")).await.status, 404);
    assert_eq!(bo.get("/desk/harbour/decisions").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_is_an_hour_on_the_collectives_clocks() {
    let instance = Instance::builder("river", backends()[0]).start().await;
    instance.cli(&["collective", "edit", "river", "--time-zone", "Asia/Beirut"]);
    let open = |until: &str| {
        vec!["decision", "open", "--collective", "river", "Q?", "--until"]
            .into_iter()
            .chain([until])
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let day = chrono::Utc::now().date_naive() + chrono::Days::new(30);
    let evening = day.and_hms_opt(18, 0, 0).unwrap().and_local_timezone(chrono_tz::Asia::Beirut).unwrap();
    let until = open(&format!("{day} 18:00"));
    let opened = instance.cli(&until.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(opened["closes"], evening.to_utc().format("%Y-%m-%dT%H:%M:%SZ").to_string());
    let id = opened["id"].as_str().unwrap();
    let mut ada = Browser::signed_in(&instance).await;
    let page = ada.get(&format!("/desk/river/decisions/{id}")).await;
    assert!(page.text(".kicker").contains("18:00 (Asia/Beirut)"), "{}", page.text(".kicker"));
    let (code, said) = instance.cli_fails(&["decision", "open", "--collective", "river", "Q?", "--until", "2020-01-01 18:00"]);
    assert_eq!(code, 2, "{said}");
    assert_eq!(instance.cli(&["decision", "cancel", id])["outcome"], "void");
    let form = ada.get("/desk/river/decisions/new").await;
    let far = (day + chrono::Days::new(400)).to_string();
    let refused = ada.submit(&form, "#open", &[("question", "Q?"), ("date", &far)]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text("#e-date").contains("a year"), "{}", refused.html);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_said_nothing_is_reminded_once_before_the_end() {
    use communard::db::schema::{decisions, members};
    for backend in backends() {
        let server = MailServer::start();
        let mut instance = Instance::builder("river", backend)
            .env("MAIL__SMTP_URL", format!("smtp://127.0.0.1:{}", server.port))
            .env("MAIL__FROM", "River <office@river.example>")
            .prepare();
        admit(&instance, "bo");
        let db = instance.db();
        for (name, mail) in [("ada", "ada@valley.example"), ("bo", "bo@valley.example")] {
            let one = members::table.filter(members::name_folded.eq(name));
            db.write_blocking(|conn| Ok(diesel::update(one).set(members::mail.eq(mail)).execute(conn)?)).unwrap();
        }
        let ask = |question: &str| {
            let opened = instance.cli(&["decision", "open", "--collective", "river", question, "--days", "7"]);
            opened["id"].as_str().unwrap().to_owned()
        };
        let (soon, late) = (ask("Shall we march on Sunday?"), ask("Shall we rest on Monday?"));
        instance.cli(&["decision", "vote", &soon, "yes", "--as", "bo"]);
        let now = chrono::Utc::now().naive_utc();
        let times =
            (decisions::opened_at.eq(now - chrono::Duration::days(6)), decisions::closes_at.eq(now + chrono::Duration::hours(2)));
        db.write_blocking(|conn| Ok(diesel::update(decisions::table.find(&soon)).set(times).execute(conn)?)).unwrap();
        instance.start().await;
        let mails = eventually("the reminder", 60, || async {
            let mails = server.mails();
            (!mails.is_empty()).then_some(mails)
        })
        .await;
        assert_eq!(mails.iter().flat_map(|mail| mail.to.clone()).collect::<Vec<_>>(), ["ada@valley.example"]);
        let text = mails[0].text();
        assert!(text.contains(&soon) && !text.contains(&late), "{text}");
        let reminded = |id: &str| {
            let query = decisions::table.find(id.to_owned()).select(decisions::reminded_at);
            let at: Option<chrono::NaiveDateTime> = db.read_blocking(|conn| Ok(query.first(conn)?)).unwrap();
            at.is_some()
        };
        assert!(reminded(&soon) && !reminded(&late), "noted down, so that it is told once");
    }
}
