//! Moving, in and out (FEP-7628), and followers in step (FEP-8fcf).

use crate::{
    harness::{Canned, Instance, Peer, PeerActor, backends, client, eventually, signing::Signed},
    world::{World, activity, cases},
};
use communard::{crypto::followers_digest, domain::names::FollowState};
use serde_json::{Value, json};
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn a_collective_moves_out_and_its_followers_follow_along() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let valley = Instance::builder("valley", backend).start().await;
        valley.cli(&["follow", "--collective", "valley", &format!("@river@{}", river.domain)]);
        eventually("river has its follower", 20, || async {
            let followers = river.cli(&["followers", "--collective", "river"]);
            (followers[0]["actor"] == valley.actor("valley")).then_some(())
        })
        .await;
        river.cli(&["collective", "add", "delta", "--name", "The delta"]);
        let (old, new) = (river.actor("river"), river.actor("delta"));

        // The new account must name the old one; and nobody moves to themselves.
        let (code, said) = river.cli_fails(&["collective", "move", "river", "--to", &new]);
        assert!(code == 2 && said.contains("other addresses"), "{code} {said}");
        assert_eq!(river.cli_fails(&["collective", "move", "river", "--to", &old]).0, 2);
        assert_eq!(river.cli_fails(&["collective", "move", "river", "--undo"]).0, 4);
        river.cli(&["collective", "edit", "delta", "--alias", &old]);
        assert_eq!(river.cli(&["collective", "move", "river", "--to", &new])["moved_to"], json!(new));

        assert_eq!(river.activity_json(&old).await["movedTo"], json!(new));
        let page = client().get(&old).send().await.unwrap().text().await.unwrap();
        assert!(page.contains("id=\"moved\"") && page.contains(&new), "{page}");
        eventually("valley's follow moved along", 20, || async {
            let followers = river.cli(&["followers", "--collective", "delta"]);
            (followers[0]["actor"] == valley.actor("valley")).then_some(())
        })
        .await;
        eventually("and the old one ended", 20, || async {
            (river.cli(&["followers", "--collective", "river"]) == json!([])).then_some(())
        })
        .await;

        // Publishing is closed, what is written is kept; taken back it is open, but no second move for a week.
        let file = river.file("text.md", "Still here.");
        let publish = ["statement", "publish", "--collective", "river", "--title", "One more", &file];
        let (code, said) = river.cli_fails(&publish);
        assert!(code == 2 && said.contains("moved"), "{code} {said}");
        assert_eq!(river.cli(&["statement", "list", "--collective", "river", "--state", "draft"])[0]["title"], "One more");
        river.cli(&["collective", "move", "river", "--undo"]);
        assert!(river.activity_json(&old).await.get("movedTo").is_none());
        river.cli(&publish);
        assert_eq!(river.cli_fails(&["collective", "move", "river", "--to", &new]).0, 4);
    }
}

/// Whom a collective follows, with the state.
fn following(instance: &Instance, handle: &str) -> Vec<(String, String)> {
    let list = instance.cli(&["following", "--collective", handle]);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    list.as_array().unwrap().iter().map(|line| (text(&line["actor"]), text(&line["state"]))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn followers_go_along_to_a_collective_of_their_own_instance() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let harbour = Peer::start("harbour").await;
        let old = harbour.actor("old");
        for handle in ["grove", "delta"] {
            river.cli(&["collective", "add", handle, "--name", handle]);
        }
        // Somebody of another server comes to live here, and those here who followed them follow along.
        for handle in ["river", "delta"] {
            river.cli(&["follow", "--collective", handle, &old.uri]);
            let follow = harbour.expect("Follow", |follow| follow["actor"] == river.actor(handle).as_str()).await;
            old.post(&river, &activity(&old, "Accept", follow)).await;
        }
        let moves = || {
            let mut moves = activity(&old, "Move", json!(old.uri));
            moves["target"] = json!(river.actor("delta"));
            moves
        };
        old.post(&river, &moves()).await;
        assert_eq!(following(&river, "river"), [(old.uri.clone(), "accepted".to_owned())], "delta doesn't name the old one");
        river.cli(&["collective", "edit", "delta", "--alias", &old.uri, "--alias", &river.actor("river")]);
        old.post(&river, &moves()).await;
        assert_eq!(following(&river, "river"), [(river.actor("delta"), "accepted".to_owned())]);
        assert_eq!(following(&river, "delta"), [], "it doesn't follow itself");
        harbour.expect("Undo", |undo| undo["object"]["actor"] == river.actor("river").as_str()).await;
        let followers = |handle: &str| {
            let list = river.cli(&["followers", "--collective", handle]);
            list.as_array().unwrap().iter().map(|line| line["actor"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(followers("delta"), [river.actor("river")]);

        // A collective moves within the instance, and its neighbour that followed it follows along.
        river.cli(&["follow", "--collective", "grove", &river.actor("river")]);
        river.cli(&["collective", "move", "river", "--to", &river.actor("delta")]);
        assert_eq!(following(&river, "grove"), [(river.actor("delta"), "accepted".to_owned())]);
        assert_eq!(followers("river"), Vec::<String>::new());

        // And to another server.
        let new = harbour.actor("new");
        let mut document = harbour.actor_document("new", &new);
        document["alsoKnownAs"] = json!([river.actor("delta")]);
        harbour.serve_object(&document);
        river.cli(&["collective", "move", "delta", "--to", &new.uri]);
        harbour
            .expect("Follow", |follow| follow["actor"] == river.actor("grove").as_str() && follow["object"] == new.uri.as_str())
            .await;
        assert_eq!(following(&river, "grove"), [(new.uri.clone(), "pending".to_owned())]);
    }
}

struct Case {
    world: Arc<World>,
    harbour: Peer,
    meadow: Peer,
}

impl Case {
    async fn new(world: &Arc<World>) -> Self {
        Self { world: world.clone(), harbour: Peer::start("harbour").await, meadow: Peer::start("meadow").await }
    }

    fn followed(&self, name: &str) -> PeerActor {
        let actor = self.harbour.actor(name);
        self.world.follow(&actor.uri, FollowState::Accepted);
        actor
    }

    fn new_account(&self, name: &str, old: &PeerActor) -> PeerActor {
        let actor = self.meadow.actor(name);
        let mut document = self.meadow.actor_document(name, &actor);
        document["alsoKnownAs"] = json!([old.uri]);
        self.meadow.serve_object(&document);
        actor
    }

    /// What the collective's follows of the two are.
    fn follows(&self, old: &PeerActor, new: &PeerActor) -> (Option<FollowState>, Option<FollowState>) {
        (self.world.following(&old.uri), self.world.following(&new.uri))
    }
}

const STAYED: (Option<FollowState>, Option<FollowState>) = (Some(FollowState::Accepted), None);
const WENT_ALONG: (Option<FollowState>, Option<FollowState>) = (None, Some(FollowState::Pending));

#[tokio::test(flavor = "multi_thread")]
async fn org_19_moves_and_follower_lists_of_others_are_borne_out() {
    for backend in backends() {
        eprintln!("{backend:?}");
        let world = Arc::new(World::start(backend, &[]).await);
        cases!(&Case::new(&world).await;
            a_move_told_by_the_new_account, a_move_that_only_the_document_tells, followers_are_brought_into_step,
            a_partial_list_is_for_its_own_server,
        );
    }
}

async fn a_move_told_by_the_new_account(case: &Case) {
    let old = case.followed("pull");
    let new = case.new_account("pull-new", &old);
    let told = || {
        let mut told = activity(&new, "Move", json!(old.uri));
        told["target"] = json!(new.uri);
        told
    };
    // The old account doesn't bear it out: it may be anybody's claim.
    assert_eq!(new.post(&case.world.instance, &told()).await, 202);
    assert_eq!(case.follows(&old, &new), STAYED);
    let mut document = case.harbour.actor_document("pull", &old);
    document["copiedTo"] = json!(new.uri);
    case.harbour.serve_object(&document);
    new.post(&case.world.instance, &told()).await;
    assert_eq!(case.follows(&old, &new), WENT_ALONG);
    // Once in seven days.
    case.world.follow(&old.uri, FollowState::Accepted);
    new.post(&case.world.instance, &told()).await;
    assert_eq!(case.world.following(&old.uri), Some(FollowState::Accepted));
}

async fn a_move_that_only_the_document_tells(case: &Case) {
    let old = case.followed("quiet");
    let stranger = case.meadow.actor("quiet-stranger");
    // What an actor never seen says of its own account is passed over.
    old.post(&case.world.instance, &old.create(&old.note("<p>Soon elsewhere.</p>", None))).await;
    let update = || activity(&old, "Update", json!({ "id": old.uri, "type": "Person" }));
    let mut document = case.harbour.actor_document("quiet", &old);
    document["movedTo"] = json!(stranger.uri);
    case.harbour.serve_object(&document);
    old.post(&case.world.instance, &update()).await;
    assert_eq!(case.follows(&old, &stranger), STAYED, "the stranger doesn't name the old account");
    let new = case.new_account("quiet-new", &old);
    document["movedTo"] = json!(new.uri);
    case.harbour.serve_object(&document);
    old.post(&case.world.instance, &update()).await;
    assert_eq!(case.follows(&old, &new), WENT_ALONG);
}

/// A note delivered with a `Collection-Synchronization` header.
async fn deliver(case: &Case, actor: &PeerActor, url: &str, digest: &str, covered: bool) {
    let note = actor.create(&actor.note("<p>Among followers.</p>", None));
    let (mut signed, body) = actor.signed(&case.world.instance, "/inbox", &note);
    let header = format!("collectionId=\"{}/followers\", url=\"{url}\", digest=\"{digest}\"", actor.uri);
    signed.set("collection-synchronization", &header);
    if covered {
        signed.covered.push("collection-synchronization".to_owned());
    }
    assert_eq!(signed.send(&case.world.instance.url("/inbox"), &body).await.status(), 202);
}

async fn followers_are_brought_into_step(case: &Case) {
    let world = &case.world;
    let list = |actor: &PeerActor, items: Value| {
        let path = format!("/users/{}/followers_synchronization", actor.uri.rsplit('/').next().unwrap());
        let url = case.harbour.url(&path);
        let document = json!({
            "@context": "https://www.w3.org/ns/activitystreams", "id": url, "type": "OrderedCollection", "orderedItems": items
        });
        case.harbour.serve(&path, Canned::json(&document));
        (url, path)
    };
    let fetched = |path: &str| case.harbour.requests().iter().any(|request| request.target == path);
    let zeros = "0".repeat(64);

    // In step already: nothing is asked for.
    let same = case.followed("in-step");
    let (url, same_path) = list(&same, json!([world.collective]));
    deliver(case, &same, &url, &followers_digest::of([world.collective.as_str()]), true).await;
    // Not covered by the signature, or on another host: not believed.
    let loose = case.followed("loose");
    let (url, loose_path) = list(&loose, json!([]));
    deliver(case, &loose, &url, &zeros, false).await;
    deliver(case, &loose, &case.meadow.url("/list"), &zeros, true).await;
    // The other side doesn't count us any more.
    let gone = case.followed("gone");
    let (url, path) = list(&gone, json!([]));
    deliver(case, &gone, &url, &zeros, true).await;
    eventually("the follow ends", 20, || async { world.following(&gone.uri).is_none().then_some(()) }).await;
    let asked = case.harbour.requests().into_iter().find(|request| request.target == path).unwrap();
    assert!(asked.header("signature").is_some(), "asked for with a signature");
    assert_eq!(world.queued("Undo", &gone.uri), 1);
    // It counts us although we don't follow: it is told, and a follow that waits stands.
    let waiting = case.harbour.actor("waiting");
    world.follow(&waiting.uri, FollowState::Pending);
    let (url, _) = list(&waiting, json!([world.collective, "https://elsewhere.example/c/x", 7]));
    deliver(case, &waiting, &url, &followers_digest::of([world.collective.as_str()]), true).await;
    eventually("the follow stands", 20, || async {
        (world.following(&waiting.uri) == Some(FollowState::Accepted)).then_some(())
    })
    .await;
    let unknown = case.harbour.actor("unknown");
    let (url, _) = list(&unknown, json!([world.collective]));
    deliver(case, &unknown, &url, &followers_digest::of([world.collective.as_str()]), true).await;
    case.harbour
        .expect("Undo", |undo| undo["object"]["object"] == unknown.uri.as_str() && undo["object"]["type"] == "Follow")
        .await;
    assert!(!fetched(&same_path) && !fetched(&loose_path));
    assert_eq!(case.world.following(&loose.uri), Some(FollowState::Accepted));
}

async fn a_partial_list_is_for_its_own_server(case: &Case) {
    let (theirs, others) = (case.harbour.actor("follows"), case.meadow.actor("follows-too"));
    for actor in [&theirs, &others] {
        assert_eq!(actor.post(&case.world.instance, &actor.follow(&case.world.collective)).await, 202);
    }
    let target = "/c/river/followers_synchronization";
    let url = case.world.instance.url(target);
    assert_eq!(client().get(&url).header("accept", "application/activity+json").send().await.unwrap().status(), 401);
    let ask = async |actor: &PeerActor| {
        let mut signed = Signed::post(&case.world.instance.domain, target, b"", &actor.key_id, &actor.key);
        signed.method = "get";
        signed.remove("digest").remove("content-type");
        signed.cover(&["(request-target)", "host", "date"]);
        let answer = signed.send(&url, b"").await;
        assert_eq!(answer.status(), 200);
        serde_json::from_str::<Value>(&answer.text().await.unwrap()).unwrap()["orderedItems"].clone()
    };
    assert_eq!(ask(&theirs).await, json!([theirs.uri]));
    assert_eq!(ask(&others).await, json!([others.uri]));
}
