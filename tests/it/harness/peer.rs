//! A fake peer: a small server of the tests' own that serves actors and documents, records every request, and can
//! answer as badly as a test wants.

use super::{Instance, eventually, free_port, signing};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, http::StatusCode, web};
use openssl::pkey::{PKey, Private};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

/// One request as it came in.
#[derive(Debug, Clone)]
pub struct Recorded {
    pub method: String,
    /// Path and query.
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Recorded {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// A prepared answer.
#[derive(Debug, Clone)]
pub struct Canned {
    pub status: u16,
    pub content_type: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub delay: Duration,
    /// After the body come further bytes, for as long as anybody reads.
    pub endless: bool,
}

impl Canned {
    pub fn json(value: &Value) -> Self {
        Self {
            status: 200,
            content_type: "application/activity+json".into(),
            headers: Vec::new(),
            body: value.to_string().into_bytes(),
            delay: Duration::ZERO,
            endless: false,
        }
    }

    pub fn status(status: u16) -> Self {
        Self {
            status,
            content_type: "text/plain".into(),
            headers: Vec::new(),
            body: Vec::new(),
            delay: Duration::ZERO,
            endless: false,
        }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn content_type(mut self, value: &str) -> Self {
        self.content_type = value.to_owned();
        self
    }

    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

/// Decides the answer to one request; `None` leaves it to the canned answers.
type Decide = dyn Fn(&Recorded) -> Option<Canned> + Send + Sync;

#[derive(Default)]
struct Shared {
    canned: HashMap<String, Canned>,
    requests: Vec<Recorded>,
    decide: Option<Arc<Decide>>,
}

/// The server. Everything POSTed is answered 202 unless a test says otherwise. Stops when dropped.
pub struct Peer {
    /// `evil.localhost:41235`.
    pub host: String,
    shared: Arc<Mutex<Shared>>,
    handle: actix_web::dev::ServerHandle,
}

/// An actor on a fake peer, with its key.
#[derive(Clone)]
pub struct PeerActor {
    pub uri: String,
    pub key_id: String,
    pub inbox: String,
    pub key: PKey<Private>,
}

impl Peer {
    /// `name` becomes the host `NAME.localhost`.
    pub async fn start(name: &str) -> Self {
        Self::start_at(name, free_port()).await
    }

    /// As `start`, on a port that another one had before.
    pub async fn start_at(name: &str, port: u16) -> Self {
        let shared = Arc::new(Mutex::new(Shared::default()));
        let bind = || async { std::net::TcpListener::bind(("127.0.0.1", port)).ok() };
        let listener = eventually("the port is free", 20, bind).await;
        let (send, receive) = std::sync::mpsc::channel();
        let data = shared.clone();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    App::new()
                        .app_data(web::PayloadConfig::new(64 << 20))
                        .app_data(web::Data::new(data.clone()))
                        .default_service(web::to(answer))
                })
                .workers(1)
                .disable_signals()
                .shutdown_timeout(0)
                .listen(listener)
                .unwrap()
                .run();
                send.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        Self { host: format!("{name}.localhost:{port}"), shared, handle: receive.recv().unwrap() }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host)
    }

    pub fn port(&self) -> u16 {
        self.host.rsplit(':').next().unwrap().parse().unwrap()
    }

    /// Is away from now on: whoever comes finds nobody. Gives the port.
    pub async fn leave(self) -> u16 {
        let port = self.port();
        self.handle.stop(false).await;
        port
    }

    /// Serves `canned` at `target` (path and query).
    pub fn serve(&self, target: &str, canned: Canned) {
        self.shared.lock().unwrap().canned.insert(target.to_owned(), canned);
    }

    /// Serves an ActivityStreams document at its own id.
    pub fn serve_object(&self, object: &Value) {
        let id = object["id"].as_str().unwrap();
        let target = id.strip_prefix(&self.url("")).unwrap_or_else(|| panic!("{id} is not on {}", self.host));
        self.serve(target, Canned::json(object));
    }

    pub fn remove(&self, target: &str) {
        self.shared.lock().unwrap().canned.remove(target);
    }

    /// Lets a function decide the answers first.
    pub fn decide(&self, decide: impl Fn(&Recorded) -> Option<Canned> + Send + Sync + 'static) {
        self.shared.lock().unwrap().decide = Some(Arc::new(decide));
    }

    /// Everything that came in so far, oldest first.
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.lock().unwrap().requests.clone()
    }

    pub fn clear_requests(&self) {
        self.shared.lock().unwrap().requests.clear();
    }

    /// Activities POSTed to any inbox so far.
    pub fn received(&self) -> Vec<Value> {
        self.requests().iter().filter(|request| request.method == "POST").map(Recorded::json).collect()
    }

    /// Waits for an activity of this type that `check` accepts.
    pub async fn expect(&self, kind: &str, check: impl Fn(&Value) -> bool) -> Value {
        eventually(&format!("{} gets a {kind}", self.host), 20, || async {
            self.received().into_iter().find(|activity| activity["type"] == kind && check(activity))
        })
        .await
    }

    /// Makes an actor `name` with a new key and serves its document and WebFinger.
    pub fn actor(&self, name: &str) -> PeerActor {
        let actor = PeerActor {
            uri: self.url(&format!("/users/{name}")),
            key_id: self.url(&format!("/users/{name}#main-key")),
            inbox: self.url(&format!("/users/{name}/inbox")),
            key: signing::rsa(2048),
        };
        self.serve_object(&self.actor_document(name, &actor));
        let subject = format!("acct:{name}@{}", self.host);
        let jrd =
            json!({ "subject": subject, "links": [{ "rel": "self", "type": "application/activity+json", "href": actor.uri }] });
        for resource in [subject.clone(), subject.replace(':', "%3A").replace('@', "%40"), actor.uri.clone()] {
            self.serve(
                &format!("/.well-known/webfinger?resource={resource}"),
                Canned::json(&jrd).content_type("application/jrd+json"),
            );
        }
        actor
    }

    /// The document of an actor as Mastodon shapes it; change it and serve it again for odd ones.
    pub fn actor_document(&self, name: &str, actor: &PeerActor) -> Value {
        json!({
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
            "id": actor.uri, "type": "Person", "preferredUsername": name, "name": format!("{name} of {}", self.host),
            "summary": "<p>Invented.</p>", "url": self.url(&format!("/@{name}")),
            "inbox": actor.inbox, "outbox": format!("{}/outbox", actor.uri), "followers": format!("{}/followers", actor.uri),
            "endpoints": { "sharedInbox": self.url("/inbox") },
            "publicKey": { "id": actor.key_id, "owner": actor.uri, "publicKeyPem": signing::public_pem(&actor.key) },
            "manuallyApprovesFollowers": false
        })
    }

    /// Requests for documents (GET) so far.
    pub fn fetches(&self) -> usize {
        self.requests().iter().filter(|request| request.method == "GET").count()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

impl PeerActor {
    /// A well-signed POST of `activity` to a path of `instance`.
    pub fn signed(&self, instance: &Instance, path: &str, activity: &Value) -> (signing::Signed, Vec<u8>) {
        let body = activity.to_string().into_bytes();
        (signing::Signed::post(&instance.domain, path, &body, &self.key_id, &self.key), body)
    }

    /// Posts `activity` to the shared inbox, well signed; gives the status.
    pub async fn post(&self, instance: &Instance, activity: &Value) -> u16 {
        self.post_to(instance, "/inbox", activity).await
    }

    pub async fn post_to(&self, instance: &Instance, path: &str, activity: &Value) -> u16 {
        let (signed, body) = self.signed(instance, path, activity);
        signed.send(&instance.url(path), &body).await.status().as_u16()
    }

    /// A new id below this actor, `kind` for legibility.
    pub fn new_id(&self, kind: &str) -> String {
        format!("{}/{kind}/{}", self.uri, uuid::Uuid::now_v7())
    }

    pub fn follow(&self, object: &str) -> Value {
        json!({ "@context": "https://www.w3.org/ns/activitystreams", "id": self.new_id("follows"), "type": "Follow", "actor": self.uri, "object": object })
    }

    /// A public note in reply to something, or of its own.
    pub fn note(&self, content: &str, in_reply_to: Option<&str>) -> Value {
        let public = "https://www.w3.org/ns/activitystreams#Public";
        json!({
            "id": self.new_id("notes"), "type": "Note", "attributedTo": self.uri, "content": content, "inReplyTo": in_reply_to,
            "published": chrono::Utc::now().format("%Y-%m-%dT%H:%M:%SZ").to_string(), "to": [public], "cc": [format!("{}/followers", self.uri)]
        })
    }

    pub fn create(&self, object: &Value) -> Value {
        json!({
            "@context": "https://www.w3.org/ns/activitystreams", "id": self.new_id("activities"), "type": "Create", "actor": self.uri,
            "to": object["to"], "cc": object["cc"], "object": object
        })
    }
}

async fn answer(request: HttpRequest, body: web::Bytes, shared: web::Data<Arc<Mutex<Shared>>>) -> HttpResponse {
    let recorded = Recorded {
        method: request.method().to_string(),
        target: request.uri().path_and_query().map_or_else(String::new, ToString::to_string),
        headers: request
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
            .collect(),
        body: body.to_vec(),
    };
    let (decide, canned) = {
        let mut shared = shared.lock().unwrap();
        shared.requests.push(recorded.clone());
        (shared.decide.clone(), shared.canned.get(&recorded.target).cloned())
    };
    let fallback = || Canned::status(if recorded.method == "POST" { 202 } else { 404 });
    let canned = decide.and_then(|decide| decide(&recorded)).or(canned).unwrap_or_else(fallback);
    if !canned.delay.is_zero() {
        tokio::time::sleep(canned.delay).await;
    }
    let mut response = HttpResponse::build(StatusCode::from_u16(canned.status).unwrap());
    response.content_type(canned.content_type.as_str());
    for (name, value) in &canned.headers {
        response.append_header((name.as_str(), value.as_str()));
    }
    if canned.endless {
        let chunk = web::Bytes::from(vec![b'x'; 64 << 10]);
        return response.streaming(futures::stream::repeat_with(move || Ok::<_, actix_web::Error>(chunk.clone())));
    }
    response.body(canned.body)
}
