//! Endorsing at the desk as an organiser does it: forms over HTTP without scripts, effects seen on both sides.

use crate::{
    browser::{Browser, Page},
    harness::{Canned, Instance, PATIENCE, Peer, backends, client, eventually},
};
use serde_json::{Value, json};

/// The path of a page with an address in its query.
fn endorse_page(handle: &str, address: &str) -> String {
    let address: String = url::form_urlencoded::byte_serialize(address.as_bytes()).collect();
    format!("/desk/{handle}/endorse?address={address}")
}

/// Presses a button of a form with what its fields hold, changed as told.
async fn press(browser: &mut Browser<'_>, page: &Page, form: &str, button: &str, changes: &[(&str, &str)]) -> Page {
    let action = page.action(form);
    let mut fields = page.fields(form);
    fields.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    fields.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    fields.push(("do".to_owned(), button.to_owned()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(&action, &fields).await
}

/// The line of an endorsement as its instance lists it.
fn line(instance: &Instance, received: bool, id: &str) -> Value {
    let mut args = vec!["endorsement", "list", "--collective", instance.name.as_str()];
    args.extend(received.then_some("--received"));
    instance.cli(&args).as_array().unwrap().iter().find(|line| line["id"] == id).cloned().unwrap_or(Value::Null)
}

async fn shown(instance: &Instance, received: bool, id: &str, state: &str) {
    eventually(&format!("{}: {id} is shown as {state}", instance.name), 60, || async {
        (line(instance, received, id)["shown"] == state).then_some(())
    })
    .await;
}

/// A page of the desk as soon as it has something.
async fn page_with(browser: &mut Browser<'_>, path: &str, css: &str) -> Page {
    let deadline = std::time::Instant::now() + PATIENCE;
    loop {
        let page = browser.get(path).await;
        if page.has(css) {
            return page;
        }
        assert!(std::time::Instant::now() < deadline, "{path} never has {css}: {}", page.html);
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

/// The id of the one endorsement of a collective.
fn only(instance: &Instance) -> String {
    let list = instance.cli(&["endorsement", "list", "--collective", &instance.name]);
    assert_eq!(list.as_array().unwrap().len(), 1, "{list}");
    list[0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organiser_endorses_what_they_see_and_the_author_decides() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let valley = Instance::builder("valley", backend).start().await;
        let statement = river.publish("No dam", "We **refuse** it. <script>alert(1)</script>");
        let digest = river.activity_json(&statement).await["digestMultibase"].as_str().unwrap().to_owned();
        let (mut endorser, mut author) = (Browser::signed_in(&valley).await, Browser::signed_in(&river).await);

        // What is no statement: said beside the field, with what was typed.
        for (typed, status) in [("no address", 422), (&*river.url("/statements/0190aaaa-0000-7000-8000-000000000000"), 404)] {
            let page = endorser.get(&endorse_page("valley", typed)).await;
            assert_eq!(page.status, status, "{typed}");
            assert!(page.has("#e-address") && page.field("#look", "address") == typed, "{}", page.html);
        }
        // A handle: which of theirs, as far as known here.
        let own = valley.publish("Ours", "Ours.");
        let page = endorser.get(&endorse_page("valley", &format!("@valley@{}", valley.domain))).await;
        assert!(page.has("section[aria-labelledby=offered] a[href*='%2Fstatements%2F']"), "{}", page.html);
        let page = endorser.get(&endorse_page("valley", &own)).await;
        assert!(page.text("#e-address").contains("your own"), "{}", page.text("#e-address"));

        // The text exactly as it is, and what would come of it.
        let page = endorser.get(&endorse_page("valley", &statement)).await;
        assert_eq!(page.status, 200, "{}", page.html);
        assert!(
            page.text("#found .byline").contains("river")
                && !page.has("#found .preview-title")
                && page.text("#found").matches("No dam").count() == 1
        );
        assert!(page.has("#found .prose strong") && !page.html.contains("alert(1)</script>"), "{}", page.html);
        assert!(
            page.text("#found code").trim_start_matches('…').len() > 8
                && digest.ends_with(page.text("#found code").trim_start_matches('…'))
        );
        assert!(!page.has("#no-register") && !page.has("#endorse button[value=endorse]"), "no mandate: only indicative");

        // It changes while it is open: nothing happens before it was seen again.
        river.edit(&statement, "We refuse it, and the mine.");
        let again = press(&mut endorser, &page, "#endorse", "indicative", &[]).await;
        assert_eq!(again.status, 409);
        assert!(again.has(".notice.warn") && again.text("#found").contains("and the mine"), "{}", again.html);
        assert_eq!(valley.cli(&["endorsement", "list", "--collective", "valley"]), json!([]));
        let done = press(&mut endorser, &again, "#endorse", "indicative", &[]).await;
        assert_eq!(done.status, 200, "{}", done.html);
        assert!(done.path.contains("/desk/valley/endorsements/") && done.has(".notice.good"));
        assert!(done.has("#state.waiting") && done.text(".desk-work").contains("ratified by"), "{}", done.html);
        let decision =
            valley.cli(&["decision", "list", "--collective", "valley", "--open"])[0]["id"].as_str().unwrap().to_owned();
        let link = format!("a[href='/desk/valley/decisions/{}']", decision.rsplit('/').next().unwrap());
        assert!(done.has(&link), "{link}: {}", done.html);
        let id = only(&valley);
        // Endorsed before: it says so, and does nothing.
        let page = endorser.get(&endorse_page("valley", &statement)).await;
        assert!(page.has("a[href^='/desk/valley/endorsements/']") && !page.has("#endorse"), "{}", page.html);

        // The author's queue, counted on every page of the desk.
        let queue = page_with(&mut author, "/desk/river/endorsers", "li[data-endorsement=waiting]").await;
        assert_eq!(queue.text("a[href='/desk/river/endorsers'] .count"), "1");
        assert!(author.get("/desk/river").await.has("aside a[href='/desk/river/endorsers']"));
        assert!(queue.text("li[data-endorsement=waiting]").contains(&format!("@valley@{}", valley.domain)), "{}", queue.html);
        let accepted = press(&mut author, &queue, "li[data-endorsement=waiting] form", "accept", &[]).await;
        assert!(accepted.has(".notice.good") && accepted.has("li[data-endorsement=indicative]"), "{}", accepted.html);
        assert!(!accepted.has("a[href='/desk/river/endorsers'] .count"));
        shown(&valley, false, &id, "indicative").await;

        // The assembly met: minutes with a fault, then without.
        let mine = format!("/desk/valley/endorsements/{}", id.rsplit('/').next().unwrap());
        let page = endorser.get(&mine).await;
        let refused = press(&mut endorser, &page, "#ratify form", "ratify", &[("date", "2027-01-14"), ("yes", "many")]).await;
        assert_eq!((refused.status, refused.field("#ratify form", "yes").as_str()), (422, "many"));
        assert!(refused.has("#e-minutes"));
        let votes = [("date", "2027-01-14"), ("yes", "34"), ("no", "2"), ("abstain", "")];
        let ratified = press(&mut endorser, &refused, "#ratify form", "ratify", &votes).await;
        assert!(ratified.has("#state.ratified") && ratified.has(".notice.good"), "{}", ratified.html);
        shown(&river, true, &id, "ratified").await;

        // The author drops it.
        let queue = page_with(&mut author, "/desk/river/endorsers", "li[data-endorsement=ratified]").await;
        let dropped = press(&mut author, &queue, "li[data-endorsement=ratified] form", "drop", &[]).await;
        assert!(dropped.has("li[data-endorsement=dropped]"), "{}", dropped.html);
        shown(&valley, false, &id, "dropped").await;
        assert!(endorser.get(&mine).await.has("#state.dropped"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn under_a_mandate_it_is_one_click_and_withdrawn_with_a_reason_and_erased() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let valley = Instance::builder("valley", backend).start().await;
        river.cli(&["mandate", "rules", "--collective", "river", "--endorse", "everybody"]);
        valley.cli(&["mandate", "grant", "--collective", "valley", "--holder", "ada", "--verb", "endorse"]);
        let statement = river.publish("No dam", "We refuse it.");
        let mut browser = Browser::signed_in(&valley).await;
        let page = browser.get(&endorse_page("valley", &statement)).await;
        let done = press(&mut browser, &page, "#endorse", "endorse", &[]).await;
        assert_eq!(done.status, 200, "{}", done.html);
        assert_eq!(valley.cli(&["decision", "list", "--collective", "valley", "--open"]), json!([]));
        let id = only(&valley);
        shown(&valley, false, &id, "ratified").await;
        let mine = format!("/desk/valley/endorsements/{}", id.rsplit('/').next().unwrap());
        assert!(browser.get(&mine).await.has("#state.ratified"));
        assert!(browser.get("/desk/valley/endorsements").await.has("li[data-endorsement=ratified]"));

        // Withdrawn with a reason, which the Note says in public.
        let page = browser.get(&mine).await;
        let refused = press(&mut browser, &page, "#withdraw form", "withdraw", &[("reason", " ")]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.has("#e-reason") && line(&valley, false, &id)["state"] == "ratified");
        let reason = "The text was used against our own neighbours.";
        let withdrawn = press(&mut browser, &refused, "#withdraw form", "withdraw", &[("reason", reason)]).await;
        assert!(withdrawn.has("#state.withdrawn") && withdrawn.text("dl.fields").contains(reason), "{}", withdrawn.html);
        shown(&river, true, &id, "withdrawn").await;
        let companion = line(&valley, false, &id)["companion"].as_str().unwrap().to_owned();
        let note = valley.activity_json(&companion).await;
        assert!(note["content"].as_str().unwrap().contains(reason), "{note}");

        // Erased: only when somebody is sure; then its address is gone, and so is the Note.
        let refused = press(&mut browser, &withdrawn, "#erase form", "erase", &[]).await;
        assert_eq!(refused.status, 422);
        let erased = press(&mut browser, &refused, "#erase form", "erase", &[("sure", "1")]).await;
        assert!(erased.has(".notice.good") && !erased.has("#erase"), "{}", erased.html);
        for address in [&id, &companion] {
            let answer = client().get(address).header("accept", "application/activity+json").send().await.unwrap();
            assert_eq!(answer.status(), 410, "{address}");
            assert_eq!(answer.json::<Value>().await.unwrap()["type"], "Tombstone");
        }
        shown(&river, true, &id, "erased").await;
        let (code, _) = valley.cli_fails(&["endorsement", "erase", &id]);
        assert_eq!(code, 4);
        let mut author = Browser::signed_in(&river).await;
        assert!(!author.get("/desk/river/endorsers").await.html.contains("@valley@"), "its name is gone from the desk");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_edit_the_author_asks_all_and_the_endorser_sees_what_was_changed() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let valley = Instance::builder("valley", backend).start().await;
        river.cli(&["mandate", "rules", "--collective", "river", "--endorse", "everybody"]);
        valley.cli(&["mandate", "grant", "--collective", "valley", "--holder", "ada", "--verb", "endorse"]);
        let statement = river.publish("No dam", "We refuse it.");
        let (mut endorser, mut author) = (Browser::signed_in(&valley).await, Browser::signed_in(&river).await);
        let page = endorser.get(&endorse_page("valley", &statement)).await;
        press(&mut endorser, &page, "#endorse", "endorse", &[]).await;
        let id = only(&valley);
        shown(&valley, false, &id, "ratified").await;
        shown(&river, true, &id, "ratified").await;
        let (code, _) = river.cli_fails(&["endorsement", "ask-to-confirm", &statement]);
        assert_eq!(code, 4, "nobody is to be asked");

        river.edit(&statement, "We refuse it, and the mine.");
        shown(&valley, false, &id, "earlier-version").await;
        let queue = page_with(&mut author, "/desk/river/endorsers", "form[data-outdated='1']").await;
        let asked = press(&mut author, &queue, "form[data-outdated='1']", "ask", &[]).await;
        assert!(asked.has(".notice.good") && asked.text("form[data-outdated='1']").contains("asked on"), "{}", asked.html);
        let again = press(&mut author, &asked, "form[data-outdated='1']", "ask", &[]).await;
        assert_eq!(again.status, 409, "once a day");
        assert!(again.has(".notice.bad"));

        // The endorser's desk counts it, says that it was asked again, and shows what was changed.
        let mine = format!("/desk/valley/endorsements/{}", id.rsplit('/').next().unwrap());
        let page = page_with(&mut endorser, &mine, "#changes p b").await;
        assert!(page.text("#changes p b").contains("asked you again"), "{}", page.html);
        assert_eq!(page.text("a[href='/desk/valley/endorsements'] .count"), "1");
        let page = endorser.get(&format!("{mine}?compare=1")).await;
        assert_eq!(page.text("#changes ins"), "it, and the mine.", "{}", page.html);
        assert_eq!(page.text("#changes del"), "it.");

        // Changed once more before it is confirmed: shown first.
        river.edit(&statement, "We refuse it, the mine and the road.");
        let stale = press(&mut endorser, &page, "#confirm", "confirm", &[]).await;
        assert_eq!(stale.status, 409);
        assert!(stale.text("#changes").contains("and the road") && stale.has("#changes .notice.warn"), "{}", stale.html);
        let confirmed = press(&mut endorser, &stale, "#confirm", "confirm", &[]).await;
        assert!(confirmed.has("#state.ratified") && !confirmed.has("#changes"), "{}", confirmed.html);
        shown(&river, true, &id, "ratified").await;
        let page = endorser.get(&format!("{mine}?compare=1")).await;
        assert!(page.has("#changes .notice.good") && !page.has("#confirm"), "{}", page.html);
        // The author's host is away: said, with the rest of the page.
        valley.queue_empties(60).await;
        drop(river);
        let page = endorser.get(&format!("{mine}?compare=1")).await;
        assert_eq!(page.status, 502);
        assert!(page.has(".notice.bad") && page.has("#state.ratified"), "{}", page.html);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collective_says_who_gets_in_and_every_word_of_it_holds() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let valley = Instance::builder("valley", backend).start().await;
        let mut author = Browser::signed_in(&river).await;
        let path = "/desk/river/endorsers";
        let page = author.get(path).await;
        assert_eq!(page.field("#policy", "policy"), "following");
        let page = press(&mut author, &page, "#policy", "policy", &[("policy", "nobody")]).await;
        assert_eq!((page.field("#policy", "policy").as_str(), page.has(".notice.good")), ("nobody", true));
        // What is no account and no server stays as typed.
        let wrong =
            press(&mut author, &page, "#special-form", "special", &[("subject", "valley/x y"), ("verdict", "grant")]).await;
        assert_eq!((wrong.status, wrong.field("#special-form", "subject").as_str()), (422, "valley/x y"));
        assert!(wrong.has("#e-subject"));
        let nobody = format!("@nobody@{}", valley.domain);
        let wrong = press(&mut author, &page, "#special-form", "special", &[("subject", &nobody), ("verdict", "grant")]).await;
        assert!(wrong.status == 404 && wrong.has("#e-subject"), "{} {}", wrong.status, wrong.html);

        // The whole server is turned down, one account of it is let in: that goes first.
        let refuse = [("subject", valley.domain.as_str()), ("verdict", "refuse")];
        let page = press(&mut author, &page, "#special-form", "special", &refuse).await;
        assert!(page.text("section[aria-labelledby=special] .people").contains(&valley.domain), "{}", page.html);
        let statement = river.publish("No dam", "We refuse it.");
        valley.cli(&["endorse", "--collective", "valley", &statement]);
        let first = only(&valley);
        shown(&valley, false, &first, "declined").await;
        valley.cli(&["endorsement", "withdraw", &first]);
        let grant = [("subject", &*format!("@valley@{}", valley.domain)), ("verdict", "grant")];
        let page = press(&mut author, &page, "#special-form", "special", &grant).await;
        assert!(page.text("section[aria-labelledby=special] .people").contains(&valley.actor("valley")), "{}", page.html);
        let second = valley.cli(&["endorse", "--collective", "valley", &statement])["id"].as_str().unwrap().to_owned();
        shown(&valley, false, &second, "ratified").await;
        let page = press(&mut author, &page, "section[aria-labelledby=special] .people form", "forget", &[]).await;
        assert_eq!(page.html.matches("value=\"forget\"").count(), 1);
    }
}

/// Presses the button of a statement's public page.
async fn interact(instance: &Instance, uri: &str, server: &str) -> (u16, String, String) {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs([("do", "endorse"), ("uri", uri), ("server", server)]);
    let request = client().post(instance.url("/interact")).header("content-type", "application/x-www-form-urlencoded");
    let answer = request.header("origin", instance.base_url()).body(body.finish()).send().await.unwrap();
    let refresh = answer.headers().get("refresh").map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    (answer.status().as_u16(), refresh, answer.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_endorses_with_their_collective_from_the_public_page() {
    for backend in backends() {
        let river = Instance::builder("river", backend).env("FEDERATION__VISITOR_LOOKUPS", 100).start().await;
        let valley = Instance::builder("valley", backend).start().await;
        let statement = river.publish("No dam", "We refuse it.");
        let page = client().get(&statement).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
        assert!(page.contains("id=\"co-sign\"") && page.contains("value=\"endorse\""), "{page}");

        // Their instance says by its WebFinger that it can endorse: by a handle, and by its name alone.
        let encoded: String = url::form_urlencoded::byte_serialize(statement.as_bytes()).collect();
        let to = format!("/authorize_interaction?uri={encoded}&intent=endorse");
        for server in [format!("@valley@{}", valley.domain), valley.domain.clone()] {
            let (status, refresh, page) = interact(&river, &statement, &server).await;
            assert_eq!((status, refresh), (200, format!("0;url={}", valley.url(&to))), "{page}");
            assert!(!page.contains("id=\"plainly\""));
        }
        let mut member = Browser::signed_in(&valley).await;
        let page = member.get(&to).await;
        assert!(page.path.starts_with("/desk/valley/endorse?address="), "one collective: straight to its desk: {}", page.path);
        assert_eq!(page.field("#look", "address"), statement);
        press(&mut member, &page, "#endorse", "indicative", &[]).await;
        let id = only(&valley);
        shown(&river, true, &id, "waiting").await;
        // With several there is a choice; the older template leads to the same place.
        valley.cli(&["collective", "add", "harbour", "--name", "The harbour"]);
        let join = |conn: &mut communard::db::DbConn| {
            let ada = communard::db::members::by_name(conn, "ada")?.id;
            let harbour = communard::db::collectives::by_handle(conn, "harbour")?.id;
            communard::db::members::join(conn, &ada, &harbour, communard::domain::time::timestamp(chrono::Utc::now()))
        };
        valley.db().write_blocking(join).unwrap();
        for place in [&*to, &*format!("/authorize_interaction?uri={encoded}")] {
            let page = member.get(place).await;
            for handle in ["valley", "harbour"] {
                assert!(page.has(&format!("a[href='/desk/{handle}/endorse?address={encoded}']")), "{place}: {}", page.html);
            }
        }

        // A server that only knows the older way: on to the statement there, and told plainly.
        let peer = Peer::start("meadow").await;
        let links = json!([{
            "rel": "http://ostatus.org/schema/1.0/subscribe", "template": format!("{}?uri={{uri}}", peer.url("/authorize"))
        }]);
        let answer = Canned::json(&json!({ "subject": "acct:ada", "links": links })).content_type("application/jrd+json");
        peer.serve(&format!("/.well-known/webfinger?resource=http://{}", peer.host), answer);
        let (status, refresh, page) = interact(&river, &statement, &peer.host).await;
        assert_eq!((status, refresh.as_str()), (200, ""), "nobody is sent on before they read it");
        let onwards = format!("{}?uri={encoded}", peer.url("/authorize"));
        assert!(page.contains("id=\"plainly\"") && page.contains(&onwards), "{page}");

        // What only shows an endorsement can't be endorsed, and stands in no list of statements.
        let companion = line(&valley, false, &id)["companion"].as_str().unwrap().to_owned();
        assert_eq!(interact(&valley, &companion, &river.domain).await.0, 404);
        let read = |url: String| async move {
            client().get(url).header("accept", "text/html").send().await.unwrap().text().await.unwrap()
        };
        assert!(!read(companion.clone()).await.contains("id=\"co-sign\""));
        let path = companion.strip_prefix(&valley.base_url()).unwrap();
        for list in ["/c/valley", "/c/valley/feed.atom", "/", "/sitemap.xml"] {
            assert!(!read(valley.url(list)).await.contains(path), "{list}");
        }
        assert!(!member.get("/desk/valley").await.html.contains(path.rsplit('/').next().unwrap()));
        let outbox = valley.activity_json(&format!("{}/outbox", valley.actor("valley"))).await;
        let first = valley.activity_json(outbox["first"].as_str().unwrap()).await;
        assert!(first.to_string().contains(&companion), "servers still get it: {first}");
        let (code, _) = valley.cli_fails(&["statement", "withdraw", &companion, "--reason", "By hand."]);
        assert_eq!(code, 4);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_on_a_server_without_a_register_is_endorsed_as_a_quote() {
    for backend in backends() {
        let valley = Instance::builder("valley", backend).start().await;
        let peer = Peer::start("meadow").await;
        let alice = peer.actor("alice");
        let mut note = alice.note("<p>The meadow refuses the dam.</p>", None);
        note["id"] = json!(peer.url("/notes/1"));
        peer.serve_object(&note);
        let address = note["id"].as_str().unwrap();
        valley.cli(&["mandate", "grant", "--collective", "valley", "--holder", "ada", "--verb", "endorse"]);
        let mut browser = Browser::signed_in(&valley).await;
        // Said before the click, and afterwards.
        let page = browser.get(&endorse_page("valley", address)).await;
        assert!(page.has("#no-register") && page.text("#found").contains("The meadow refuses the dam."), "{}", page.html);
        let done = press(&mut browser, &page, "#endorse", "endorse", &[]).await;
        assert!(done.has("#state.ratified") && done.has("#no-register [data-quote=waiting]"), "{}", done.html);
        assert!(browser.get("/desk/valley/endorsements").await.text("#endorsements").contains("as a quote"));

        // On the wire: a Note that quotes, the question whether it may, a boost; nothing that it wouldn't know.
        let asked = peer.expect("QuoteRequest", |activity| activity["object"] == address).await;
        let quote = asked["instrument"]["id"].as_str().or(asked["instrument"].as_str()).unwrap().to_owned();
        peer.expect("Announce", |activity| activity["object"] == address).await;
        assert_eq!(line(&valley, false, &only(&valley))["companion"], json!(quote));
        valley.queue_empties(60).await;
        assert!(peer.received().iter().all(|activity| activity["type"] != "EndorsementRequest"), "{:?}", peer.received());

        // It agrees; then its consent is over, and the desk says so each time.
        let mine = format!("/desk/valley/endorsements/{}", only(&valley).rsplit('/').next().unwrap());
        let stamp = peer.url("/stamps/1");
        let accept = json!({
            "@context": "https://www.w3.org/ns/activitystreams", "id": peer.url("/accepts/1"), "type": "Accept",
            "actor": alice.uri, "to": [valley.actor("valley")], "result": stamp,
            "object": { "id": asked["id"], "type": "QuoteRequest" }
        });
        assert_eq!(alice.post(&valley, &accept).await, 202);
        page_with(&mut browser, &mine, "#no-register [data-quote=granted]").await;
        let delete = json!({
            "@context": "https://www.w3.org/ns/activitystreams", "id": peer.url("/deletes/1"), "type": "Delete",
            "actor": alice.uri, "to": [valley.actor("valley")], "object": { "id": stamp, "type": "QuoteAuthorization" }
        });
        assert_eq!(alice.post(&valley, &delete).await, 202);
        page_with(&mut browser, &mine, "#no-register [data-quote=revoked]").await;
        let page = browser.get(&mine).await;
        let gone = press(&mut browser, &page, "#withdraw form", "withdraw", &[("reason", "We were wrong.")]).await;
        assert!(gone.has("#state.withdrawn"), "{}", gone.html);
        peer.expect("Undo", |activity| activity["object"]["type"] == "Announce").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn boosts_likes_follows_and_the_rule_for_endorsers_ask_for_a_mandate_too() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let peer = Peer::start("meadow").await;
        let alice = peer.actor("alice");
        let mut note = alice.note("<p>The meadow stands with you.</p>", None);
        note["id"] = json!(peer.url("/notes/1"));
        peer.serve_object(&note);
        let address = note["id"].as_str().unwrap();
        river.cli(&["mandate", "rules", "--collective", "river", "--mandated", "true"]);
        let mut browser = Browser::signed_in(&river).await;
        // No refusal: each is a question, and pressed again the same one.
        let says = |page: &Page| page.status == 200 && page.has("#ballot") && page.html.contains("waits for your assembly");
        for _ in 0..2 {
            for word in ["boost-address", "like-address"] {
                let page = browser.get("/desk/river/inbox").await;
                let page = press(&mut browser, &page, "#address form", word, &[("address", address)]).await;
                assert!(says(&page), "{word}: {}", page.html);
            }
        }
        let page = browser.get("/desk/river/following").await;
        let page = press(&mut browser, &page, "form[action$=following]", "follow", &[("address", &alice.uri)]).await;
        assert!(says(&page), "{}", page.html);
        let page = browser.get("/desk/river/endorsers").await;
        let page = press(&mut browser, &page, "#policy", "policy", &[("policy", "everybody")]).await;
        assert!(
            says(&page) && browser.get("/desk/river/endorsers").await.field("#policy", "policy") == "following",
            "{}",
            page.html
        );
        let open = river.cli(&["decision", "list", "--collective", "river", "--open"]);
        assert_eq!(open.as_array().unwrap().len(), 4, "{open}");
        river.queue_empties(60).await;
        assert!(peer.received().is_empty(), "{:?}", peer.received());

        // With the mandates everything goes.
        let grant = ["mandate", "grant", "--collective", "river", "--holder", "ada", "--verb", "speak", "--verb", "register"];
        river.cli(&grant);
        for (word, kind) in [("boost-address", "Announce"), ("like-address", "Like")] {
            let page = browser.get("/desk/river/inbox").await;
            let page = press(&mut browser, &page, "#address form", word, &[("address", address)]).await;
            assert_eq!(page.status, 200, "{word}: {}", page.html);
            peer.expect(kind, |activity| activity["object"] == address).await;
        }
        let page = browser.get("/desk/river/following").await;
        press(&mut browser, &page, "form[action$=following]", "follow", &[("address", &alice.uri)]).await;
        peer.expect("Follow", |activity| activity["object"] == alice.uri.as_str()).await;
        let page = browser.get("/desk/river/endorsers").await;
        let page = press(&mut browser, &page, "#policy", "policy", &[("policy", "everybody")]).await;
        assert_eq!(page.field("#policy", "policy"), "everybody");
    }
}
