//! FEP-044f: who may quote, stamps, and what becomes of a quote. Between real instances, and against peers that cheat.

use crate::{
    harness::{Instance, Peer, PeerActor, backends, client, eventually, signing::is_proven_by},
    world::{PUBLIC, World, activity, cases},
};
use communard::domain::names::{FollowState, InboxKind};
use serde_json::{Value, json};
use std::sync::Arc;

fn publish(instance: &Instance, title: &str, more: &[&str]) -> String {
    let file = instance.file("text.md", "We say this together.");
    let mut args = vec!["statement", "publish", "--collective", &instance.name, "--title", title, "--lang", "en"];
    args.extend(more);
    args.push(&file);
    instance.cli(&args)["id"].as_str().unwrap().to_owned()
}

/// Waits until the one quote of this pair is in a state, as this side lists it.
async fn stands(instance: &Instance, ours: bool, quote: &str, state: &str) -> Value {
    eventually(&format!("{}: {quote} is {state}", instance.name), 20, || async {
        let mut args = vec!["quote", "list", "--collective", &instance.name];
        args.extend(ours.then_some("--ours"));
        let list = instance.cli(&args);
        list.as_array().unwrap().iter().find(|line| line["quote"] == quote && line["state"] == state).cloned()
    })
    .await
}

async fn status(url: &str) -> u16 {
    client().get(url).header("accept", "application/activity+json").send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_is_asked_for_granted_and_taken_back_between_instances() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let valley = Instance::builder("valley", backend).start().await;
        let quoted = publish(&river, "No dam", &[]);
        let policy = river.activity_json(&quoted).await["interactionPolicy"]["canQuote"].clone();
        assert_eq!(policy["automaticApproval"], json!([PUBLIC]));

        // Everybody may: granted at once, and the quote shows the stamp.
        let quote = publish(&valley, "Nor here", &["--quote", &quoted]);
        let line = stands(&valley, true, &quote, "granted").await;
        let object = valley.activity_json(&quote).await;
        let stamp = line["stamp"].as_str().unwrap();
        for key in ["quote", "quoteUri", "_misskey_quote"] {
            assert_eq!(object[key], json!(quoted), "{key}");
        }
        assert_eq!(object["quoteAuthorization"], json!(stamp));
        let html = object["content"].as_str().unwrap();
        assert!(html.starts_with(&format!("<p class=\"quote-inline\">RE: <a href=\"{quoted}\">")), "{html}");
        let document = river.activity_json(stamp).await;
        assert_eq!(document["type"], "QuoteAuthorization");
        let author = river.activity_json(&river.actor("river")).await;
        assert!(is_proven_by(&document, &author), "{document}");
        assert_eq!(document["attributedTo"], json!(river.actor("river")));
        assert_eq!((&document["interactingObject"], &document["interactionTarget"]), (&json!(quote), &json!(quoted)));
        let theirs = stands(&river, false, &quote, "granted").await;
        assert_eq!(theirs["by"], json!(valley.actor("valley")));

        // An edit keeps quote and stamp, and can't exchange the quoted.
        let other = publish(&river, "No road", &[]);
        let (code, _) = valley.cli_fails(&["statement", "edit", &quote, "--quote", &other]);
        assert_eq!(code, 2);
        valley.cli(&["statement", "edit", &quote, "--quote", &quoted, "--title", "Nor with us"]);
        assert_eq!(valley.activity_json(&quote).await["quoteAuthorization"], json!(stamp));

        // Taken back: the stamp is gone, the quote becomes a link, and the text stays.
        let digest = valley.activity_json(&quote).await["digestMultibase"].clone();
        river.cli(&["quote", "revoke", theirs["id"].as_str().unwrap()]);
        let gone = client().get(stamp).header("accept", "application/activity+json").send().await.unwrap();
        assert_eq!(gone.status(), 410);
        let tombstone: Value = serde_json::from_str(&gone.text().await.unwrap()).unwrap();
        assert_eq!((&tombstone["type"], &tombstone["id"]), (&json!("Tombstone"), &json!(stamp)));
        assert!(is_proven_by(&tombstone, &author), "{tombstone}");
        stands(&valley, true, &quote, "revoked").await;
        let object = valley.activity_json(&quote).await;
        for key in ["quote", "quoteUri", "_misskey_quote", "quoteAuthorization"] {
            assert!(object.get(key).is_none(), "{key}");
        }
        assert!(object["content"].as_str().unwrap().contains(&quoted));
        assert_eq!(object["digestMultibase"], digest);
        // The Update about that is no edit, and the other side takes it nevertheless.
        let copy = || river.db().read_blocking(|conn| communard::db::remote_posts::by_uri(conn, &quote)).unwrap();
        eventually("the copy quotes nothing", 20, || async { copy().filter(|post| post.quote_uri.is_none()) }).await;
        let (code, _) = river.cli_fails(&["quote", "accept", theirs["id"].as_str().unwrap()]);
        assert_eq!(code, 4, "a revocation is final");

        // Nobody may without asking: a member decides.
        river.cli(&["collective", "edit", "river", "--quotes", "nobody", "--review-quotes", "true"]);
        let (yes, no) = (publish(&valley, "One", &["--quote", &other]), publish(&valley, "Two", &["--quote", &other]));
        let waiting = stands(&river, false, &yes, "waiting").await;
        assert!(waiting["stamp"].is_null());
        assert!(valley.activity_json(&yes).await.get("quoteAuthorization").is_none());
        river.cli(&["quote", "accept", waiting["id"].as_str().unwrap()]);
        stands(&valley, true, &yes, "granted").await;
        let waiting = stands(&river, false, &no, "waiting").await;
        river.cli(&["quote", "decline", waiting["id"].as_str().unwrap()]);
        stands(&valley, true, &no, "refused").await;
        assert!(valley.activity_json(&no).await.get("quote").is_none());

        // Nobody may, and nobody may ask.
        river.cli(&["collective", "edit", "river", "--review-quotes", "false"]);
        let never = publish(&valley, "Three", &["--quote", &other]);
        stands(&valley, true, &never, "refused").await;

        // A quote that is withdrawn needs no stamp any more.
        let granted = stands(&river, false, &yes, "granted").await;
        valley.cli(&["statement", "withdraw", &yes, "--reason", "Said otherwise."]);
        stands(&river, false, &yes, "ended").await;
        assert_eq!(status(granted["stamp"].as_str().unwrap()).await, 410);
        assert_eq!(status(&river.url(&format!("/stamps/{}", uuid::Uuid::now_v7()))).await, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn collectives_of_one_instance_quote_each_other_without_the_network() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        river.cli(&["collective", "add", "delta", "--name", "The delta"]);
        river.cli(&["collective", "edit", "river", "--quotes", "followers", "--review-quotes", "true"]);
        let quoted = publish(&river, "No dam", &[]);
        let file = river.file("quote.md", "So say we.");
        let args = ["statement", "publish", "--collective", "delta", "--title", "We too", "--quote", &quoted, &file];
        let quote = river.cli(&args)["id"].as_str().unwrap().to_owned();
        let waiting = stands(&river, false, &quote, "waiting").await;
        river.cli(&["quote", "accept", waiting["id"].as_str().unwrap()]);
        let object = river.activity_json(&quote).await;
        let stamp = object["quoteAuthorization"].as_str().unwrap();
        assert_eq!(river.activity_json(stamp).await["interactingObject"], json!(quote));
        // One's own statement needs nobody's leave, and the stamp is there from the first.
        let own = publish(&river, "As we said", &["--quote", &quoted]);
        assert!(river.activity_json(&own).await["quoteAuthorization"].is_string());
        river.cli(&["quote", "revoke", waiting["id"].as_str().unwrap()]);
        assert!(river.activity_json(&quote).await.get("quote").is_none());
        let nothing = river.url("/statements/0197aaaa-0000-7000-8000-000000000000");
        let (code, said) =
            river.cli_fails(&["statement", "draft", "--collective", "river", "--title", "x", "--quote", &nothing, &file]);
        assert_eq!(code, 3, "{said}");
        assert_eq!(river.cli(&["queue"])["waiting"], 0);
    }
}

struct Case {
    world: Arc<World>,
    harbour: Peer,
    evil: Peer,
}

impl Case {
    async fn new(world: &Arc<World>) -> Self {
        Self { world: world.clone(), harbour: Peer::start("harbour").await, evil: Peer::start("evil").await }
    }

    /// What the world's collective lists, by the quoting post.
    fn listed(&self, quote: &Value) -> Option<Value> {
        let list = self.world.instance.cli(&["quote", "list", "--collective", "river"]);
        list.as_array().unwrap().iter().find(|line| line["quote"] == quote["id"]).cloned()
    }
}

/// A post that quotes.
fn quoting(actor: &PeerActor, quoted: &str) -> Value {
    let mut note = actor.note("<p>Hear, hear.</p>", None);
    for key in ["quote", "quoteUri", "_misskey_quote"] {
        note[key] = json!(quoted);
    }
    note
}

fn request(actor: &PeerActor, note: &Value, quoted: &str) -> Value {
    let mut request = activity(actor, "QuoteRequest", json!(quoted));
    request["instrument"] = note.clone();
    request
}

#[tokio::test(flavor = "multi_thread")]
async fn org_08_quotes_and_stamps_are_believed_only_of_their_own_actors() {
    for backend in backends() {
        eprintln!("{backend:?}");
        let world = Arc::new(World::start(backend, &[]).await);
        cases!(&Case::new(&world).await;
            a_request_is_answered_like_mastodons, forged_requests_are_dropped, blocks_are_respected,
            a_deleted_quote_ends, only_the_asked_can_answer_or_revoke, stamps_of_others_are_checked,
            a_known_post_still_reaches_followers,
        );
    }
}

async fn a_request_is_answered_like_mastodons(case: &Case) {
    let actor = case.harbour.actor("asks");
    let note = quoting(&actor, &case.world.statement);
    let asked = request(&actor, &note, &case.world.statement);
    assert_eq!(actor.post_to(&case.world.instance, "/c/river/inbox", &asked).await, 202);
    let accept = case.harbour.expect("Accept", |activity| activity["object"]["id"] == asked["id"]).await;
    assert_eq!(accept["object"]["instrument"], note["id"]);
    assert_eq!(accept["object"]["type"], "QuoteRequest");
    let stamp = case.world.instance.activity_json(accept["result"].as_str().unwrap()).await;
    assert_eq!(stamp["interactingObject"], note["id"]);
    assert!(case.world.has(InboxKind::Quote, &actor.uri, note["id"].as_str().unwrap()));
    // Asked again, with another id: the same stamp.
    let again = request(&actor, &note, &case.world.statement);
    actor.post(&case.world.instance, &again).await;
    let second = case.harbour.expect("Accept", |activity| activity["object"]["id"] == again["id"]).await;
    assert_eq!(second["result"], accept["result"]);
    // Revoked: told with the stamp's id and without the post.
    let id = case.listed(&note).unwrap()["id"].as_str().unwrap().to_owned();
    case.world.instance.cli(&["quote", "revoke", &id]);
    let delete = case.harbour.expect("Delete", |activity| activity["object"]["id"] == accept["result"]).await;
    assert_eq!(delete["object"]["type"], "QuoteAuthorization");
    assert!(delete["object"]["interactingObject"].is_string());
    let third = request(&actor, &note, &case.world.statement);
    actor.post(&case.world.instance, &third).await;
    case.harbour.expect("Reject", |activity| activity["object"]["id"] == third["id"]).await;
}

async fn forged_requests_are_dropped(case: &Case) {
    let (mallory, victim) = (case.evil.actor("forger"), case.harbour.actor("forged"));
    let neighbour = case.evil.actor("neighbour");
    let ours = &case.world.statement;
    let mut about_another = quoting(&mallory, ours);
    about_another["quote"] = json!("https://elsewhere.example/1");
    let mut tombstone = quoting(&mallory, ours);
    tombstone["type"] = json!("Tombstone");
    for note in [quoting(&victim, ours), quoting(&neighbour, ours), about_another, tombstone] {
        let status = mallory.post(&case.world.instance, &request(&mallory, &note, ours)).await;
        assert!(status == 202 || status == 403, "{status}");
        assert!(case.listed(&note).is_none(), "{note}");
    }
    // Of what isn't ours, of no statement, and without an object.
    let note = quoting(&mallory, ours);
    for target in [&victim.uri, &case.world.collective, &case.world.instance.url("/statements/none")] {
        mallory.post(&case.world.instance, &request(&mallory, &note, target)).await;
    }
    let mut bare = request(&mallory, &note, ours);
    bare.as_object_mut().unwrap().remove("instrument");
    mallory.post(&case.world.instance, &bare).await;
    assert!(case.listed(&note).is_none());
    // Somebody else can't take over what was asked for.
    mallory.post(&case.world.instance, &request(&mallory, &note, ours)).await;
    assert_eq!(case.listed(&note).unwrap()["by"], json!(mallory.uri));
    neighbour.post(&case.world.instance, &request(&neighbour, &json!(note["id"]), ours)).await;
    assert_eq!(case.listed(&note).unwrap()["by"], json!(mallory.uri));
}

async fn blocks_are_respected(case: &Case) {
    let (actor, blocker) = (case.harbour.actor("shut-out"), case.harbour.actor("blocker"));
    let note = quoting(&actor, &case.world.statement);
    actor.post(&case.world.instance, &request(&actor, &note, &case.world.statement)).await;
    let stamp = case.listed(&note).unwrap()["stamp"].as_str().unwrap().to_owned();
    assert_eq!(status(&stamp).await, 200);
    // Who blocks us is refused; who is blocked loses the stamp it has, and its requests are refused at the door.
    let block = activity(&blocker, "Block", json!(case.world.collective));
    assert_eq!(blocker.post(&case.world.instance, &block).await, 202);
    let theirs = quoting(&blocker, &case.world.statement);
    blocker.post(&case.world.instance, &request(&blocker, &theirs, &case.world.statement)).await;
    assert_eq!(case.listed(&theirs).unwrap()["state"], "refused");
    let state = communard::AppState::open(case.world.instance.settings()).unwrap();
    let subject = actor.uri.clone();
    let blocked =
        state.act_blocking(communard::acts::Principal::Console, |act| communard::acts::stewardship::block(act, &subject, "spam"));
    blocked.unwrap();
    assert_eq!(status(&stamp).await, 410);
    let next = quoting(&actor, &case.world.statement);
    eventually("the block is seen", 10, || async {
        let asked = request(&actor, &next, &case.world.statement);
        (actor.post(&case.world.instance, &asked).await == 403).then_some(())
    })
    .await;
}

async fn a_deleted_quote_ends(case: &Case) {
    let actor = case.harbour.actor("deletes");
    let note = quoting(&actor, &case.world.statement);
    actor.post(&case.world.instance, &request(&actor, &note, &case.world.statement)).await;
    let mallory = case.harbour.actor("deletes-others");
    mallory.post(&case.world.instance, &activity(&mallory, "Delete", json!(note["id"]))).await;
    assert_eq!(case.listed(&note).unwrap()["state"], "granted");
    actor.post(&case.world.instance, &activity(&actor, "Delete", json!({ "id": note["id"], "type": "Tombstone" }))).await;
    assert_eq!(case.listed(&note).unwrap()["state"], "ended");
}

async fn only_the_asked_can_answer_or_revoke(case: &Case) {
    let (author, mallory) = (case.harbour.actor("author"), case.harbour.actor("answers-for-others"));
    let follower = case.evil.actor("follower");
    follower.post(&case.world.instance, &follower.follow(&case.world.collective)).await;
    let post = author.note("<p>The bridge is ours.</p>", None);
    case.harbour.serve_object(&with_context(&post));
    let instance = &case.world.instance;
    let quote = publish(instance, "The bridge", &["--quote", post["id"].as_str().unwrap()]);
    let asked = case.harbour.expect("QuoteRequest", |activity| activity["object"] == post["id"]).await;
    let actor_document = case.world.instance.activity_json(asked["actor"].as_str().unwrap()).await;
    assert!(is_proven_by(&asked, &actor_document) && is_proven_by(&asked["instrument"], &actor_document), "{asked}");
    assert_eq!(asked["instrument"]["id"], json!(quote));
    assert_eq!(asked["instrument"]["quote"], post["id"]);
    let mut terms = asked["@context"].as_array().unwrap().iter();
    assert!(terms.any(|terms| terms["QuoteRequest"] == "https://w3id.org/fep/044f#QuoteRequest"), "{}", asked["@context"]);
    let create = case.evil.expect("Create", |activity| activity["object"]["id"] == quote.as_str()).await;
    assert!(create["object"].get("quoteAuthorization").is_none());
    let answer = |actor: &PeerActor, kind: &str, stamp: Option<&str>| {
        let mut answer = activity(actor, kind, json!({ "id": asked["id"], "type": "QuoteRequest" }));
        if let Some(stamp) = stamp {
            answer["result"] = json!(stamp);
        }
        answer
    };
    let stamp = case.harbour.url("/stamps/1");
    let state = || {
        let list = instance.cli(&["quote", "list", "--collective", "river", "--ours"]);
        list.as_array().unwrap().iter().find(|line| line["quote"] == quote.as_str()).unwrap()["state"].clone()
    };
    mallory.post(instance, &answer(&mallory, "Accept", Some(&stamp))).await;
    mallory.post(instance, &answer(&mallory, "Reject", None)).await;
    author.post(instance, &answer(&author, "Accept", Some(&case.evil.url("/stamps/1")))).await;
    author.post(instance, &answer(&author, "Accept", None)).await;
    assert_eq!(state(), "waiting");
    author.post(instance, &answer(&author, "Accept", Some(&stamp))).await;
    assert_eq!(state(), "granted");
    let update = case.evil.expect("Update", |activity| activity["object"]["id"] == quote.as_str()).await;
    assert_eq!(update["object"]["quoteAuthorization"], json!(stamp));
    assert!(update["object"].get("updated").is_none(), "to readers it is no edit");
    // The author alone revokes; those who got the quote hear of it from us.
    let gone = |actor: &PeerActor| activity(actor, "Delete", json!({ "id": stamp, "type": "QuoteAuthorization" }));
    mallory.post(instance, &gone(&mallory)).await;
    assert_eq!(state(), "granted");
    let delete = gone(&author);
    author.post(instance, &delete).await;
    assert_eq!(state(), "revoked");
    case.evil.expect("Delete", |activity| activity["id"] == delete["id"] && activity["actor"] == delete["actor"]).await;
    case.evil
        .expect("Update", |activity| activity["object"]["id"] == quote.as_str() && activity["object"].get("quote").is_none())
        .await;
    // A private post can't be quoted.
    let mut private = author.note("<p>Among us.</p>", None);
    private["to"] = json!([format!("{}/followers", author.uri)]);
    private["cc"] = json!([]);
    case.harbour.serve_object(&with_context(&private));
    let file = instance.file("private.md", "x");
    let args = ["statement", "draft", "--collective", "river", "--title", "x", "--quote", private["id"].as_str().unwrap(), &file];
    let (code, said) = instance.cli_fails(&args);
    assert!(code == 2 && said.contains("public"), "{code} {said}");
}

fn with_context(object: &Value) -> Value {
    let mut object = object.clone();
    object["@context"] = json!("https://www.w3.org/ns/activitystreams");
    object
}

async fn stamps_of_others_are_checked(case: &Case) {
    let author = case.harbour.actor("quoted");
    let other = case.harbour.actor("not-quoted");
    let quoter = case.evil.actor("quoter");
    case.world.follow(&quoter.uri, FollowState::Accepted);
    let post = author.note("<p>Bread for all.</p>", None);
    case.harbour.serve_object(&with_context(&post));
    let stamp = |name: &str, note: &Value| {
        json!({
            "@context": "https://www.w3.org/ns/activitystreams", "id": case.harbour.url(&format!("/stamps/{name}")),
            "type": "QuoteAuthorization", "attributedTo": author.uri, "interactingObject": note["id"], "interactionTarget": post["id"]
        })
    };
    let approved = |note: &Value| case.world.post(note["id"].as_str().unwrap()).unwrap().quote_approved;
    let send = async |note: &Value| assert_eq!(quoter.post(&case.world.instance, &quoter.create(note)).await, 202);

    let mut good = quoting(&quoter, post["id"].as_str().unwrap());
    let true_stamp = stamp("true", &good);
    case.harbour.serve_object(&true_stamp);
    good["quoteAuthorization"] = true_stamp["id"].clone();
    send(&good).await;
    assert!(approved(&good));
    assert!(case.world.post(post["id"].as_str().unwrap()).is_some(), "so the desk can show it");

    // None, one for another post, one by another actor, one on the quoter's own host.
    let bare = quoting(&quoter, post["id"].as_str().unwrap());
    let mut borrowed = quoting(&quoter, post["id"].as_str().unwrap());
    borrowed["quoteAuthorization"] = true_stamp["id"].clone();
    let mut by_other = quoting(&quoter, post["id"].as_str().unwrap());
    let mut forged = stamp("by-other", &by_other);
    forged["attributedTo"] = json!(other.uri);
    case.harbour.serve_object(&forged);
    by_other["quoteAuthorization"] = forged["id"].clone();
    let mut own = quoting(&quoter, post["id"].as_str().unwrap());
    let mut at_home = stamp("own", &own);
    at_home["id"] = json!(case.evil.url("/stamps/own"));
    case.evil.serve_object(&at_home);
    own["quoteAuthorization"] = at_home["id"].clone();
    for note in [&bare, &borrowed, &by_other, &own] {
        send(note).await;
        assert!(!approved(note), "{note}");
    }

    // The stamp comes later, without an edit.
    let mut later = bare.clone();
    let late = stamp("late", &bare);
    case.harbour.serve_object(&late);
    later["quoteAuthorization"] = late["id"].clone();
    quoter.post(&case.world.instance, &activity(&quoter, "Update", later)).await;
    assert!(approved(&bare));

    // Taken back by the quoted author alone.
    let delete = |actor: &PeerActor| activity(actor, "Delete", json!({ "id": true_stamp["id"], "type": "QuoteAuthorization" }));
    other.post(&case.world.instance, &delete(&other)).await;
    assert!(approved(&good));
    author.post(&case.world.instance, &delete(&author)).await;
    assert!(!approved(&good));
}

async fn a_known_post_still_reaches_followers(case: &Case) {
    let actor = case.harbour.actor("first-asks");
    let note = quoting(&actor, &case.world.statement);
    actor.post(&case.world.instance, &request(&actor, &note, &case.world.statement)).await;
    case.world.instance.cli_output(&["collective", "add", "delta", "--name", "The delta"], "");
    let db = case.world.instance.db();
    let delta = db.read_blocking(|conn| communard::db::collectives::by_handle(conn, "delta")).unwrap();
    let row = communard::db::follows::FollowingRow {
        collective_id: delta.id.clone(),
        actor_uri: actor.uri.clone(),
        activity_uri: case.world.instance.url(&format!("/activities/{}", uuid::Uuid::now_v7())),
        state: FollowState::Accepted,
        since: chrono::Utc::now().naive_utc(),
    };
    db.write_blocking(|conn| communard::db::follows::put_following(conn, &row)).unwrap();
    actor.post(&case.world.instance, &actor.create(&note)).await;
    let desk = db.read_blocking(|conn| communard::db::inbox::list(conn, &delta.id, 100)).unwrap();
    assert!(desk.iter().any(|(row, _)| row.kind == InboxKind::Post && row.object_uri.as_deref() == note["id"].as_str()));
}
