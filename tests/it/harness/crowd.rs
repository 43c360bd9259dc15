//! Followers on many hosts, all of them one fake peer: they asked to follow, and what is published goes to each.

use super::{Canned, Instance, Peer, PeerActor, Recorded, eventually, signing};
use serde_json::json;

/// Requests of following that are under way at once.
const AT_ONCE: usize = 16;

/// The actors `LABEL` on the hosts `LABEL.NAME.localhost`, which share a key.
pub struct Crowd {
    pub peer: Peer,
    pub actors: Vec<PeerActor>,
}

impl Crowd {
    /// Starts the peer and makes the actors; nobody follows yet.
    pub async fn start<S: AsRef<str>>(name: &str, labels: impl IntoIterator<Item = S>) -> Self {
        Self::on(Peer::start(name).await, labels)
    }

    /// As `start`, on a peer that is there already.
    pub fn on<S: AsRef<str>>(peer: Peer, labels: impl IntoIterator<Item = S>) -> Self {
        let key = signing::rsa(2048);
        let actors = labels.into_iter().map(|label| actor(&peer, label.as_ref(), &key)).collect();
        Self { peer, actors }
    }

    /// All follow the collective that the instance began with, and have its answer. What they were sent is forgotten.
    pub async fn follow(&self, instance: &Instance) {
        let collective = instance.actor(&instance.name);
        for some in self.actors.chunks(AT_ONCE) {
            let posts = some.iter().map(|actor| async { actor.post(instance, &actor.follow(&collective)).await });
            for status in futures::future::join_all(posts).await {
                assert_eq!(status, 202);
            }
        }
        let accepted = || self.peer.received().iter().filter(|activity| activity["type"] == "Accept").count();
        eventually("every follow is accepted", 60, || async { (accepted() >= self.actors.len()).then_some(()) }).await;
        instance.queue_empties(30).await;
        self.peer.clear_requests();
    }
}

/// Whom `request` was meant for: the first label of the host.
pub fn label(request: &Recorded) -> String {
    request.header("host").unwrap().split('.').next().unwrap().to_owned()
}

fn actor(peer: &Peer, label: &str, key: &openssl::pkey::PKey<openssl::pkey::Private>) -> PeerActor {
    let host = format!("http://{label}.{}", peer.host);
    let path = format!("/users/{label}");
    let actor = PeerActor {
        uri: format!("{host}{path}"),
        key_id: format!("{host}{path}#main-key"),
        inbox: format!("{host}{path}/inbox"),
        key: key.clone(),
    };
    let mut document = peer.actor_document(label, &actor);
    document["url"] = json!(format!("{host}/@{label}"));
    document["endpoints"]["sharedInbox"] = json!(format!("{host}/inbox"));
    peer.serve(&path, Canned::json(&document));
    let subject = format!("acct:{label}@{label}.{}", peer.host);
    let links = json!([{ "rel": "self", "type": "application/activity+json", "href": actor.uri }]);
    let answer = Canned::json(&json!({ "subject": subject, "links": links })).content_type("application/jrd+json");
    for resource in [subject.clone(), subject.replace(':', "%3A").replace('@', "%40")] {
        peer.serve(&format!("/.well-known/webfinger?resource={resource}"), answer.clone());
    }
    actor
}
