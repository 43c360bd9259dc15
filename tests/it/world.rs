//! One instance with a statement, and what the tests of the inbox ask of it. Cases share it: each has actors of its own.

use crate::harness::{Backend, Instance, PATIENCE, PeerActor, signing::Signed};
use communard::{
    AppState,
    acts::{Principal, statements},
    db::{self, Db, follows::FollowingRow, inbox::InboxRow, remote_posts::RemotePostRow},
    domain::{
        names::{FollowState, InboxKind},
        statement::StatementContent,
    },
};
use diesel::prelude::*;
use serde_json::{Value, json};
use std::io::{Read, Write};

pub const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

pub struct World {
    pub instance: Instance,
    pub db: Db,
    /// The collective's actor id and row id.
    pub collective: String,
    pub collective_id: String,
    /// A published statement's id.
    pub statement: String,
}

impl World {
    pub async fn start(backend: Backend, env: &[(&str, &str)]) -> Self {
        let mut builder = Instance::builder("river", backend);
        for (key, value) in env {
            builder = builder.env(key, value);
        }
        let mut instance = builder.start().await;
        // Peers that refuse everything leave answers waiting; what is queued is looked at where it matters.
        instance.leave_queue();
        let db = instance.db();
        let domain = instance.settings().instance.domain;
        let scheme = if instance.settings().is_local() { "http" } else { "https" };
        let collective = format!("{scheme}://{domain}/c/river");
        let collective_id = db.read_blocking(|conn| db::collectives::by_uri(conn, &collective)).unwrap().id;
        let content = StatementContent {
            title: "Water is not for sale".into(),
            body: "We stand together.".into(),
            language: "en".into(),
            ..StatementContent::default()
        };
        let state = AppState::open(instance.settings()).unwrap();
        let published = state.act_blocking(Principal::Console, |act| {
            let draft = statements::new_draft(act, &collective_id, content)?;
            statements::publish(act, &draft.id)
        });
        let statement = published.unwrap().uri;
        Self { instance, db, collective, collective_id, statement }
    }

    pub fn like(&self, actor: &PeerActor) -> Value {
        json!({ "@context": "https://www.w3.org/ns/activitystreams", "id": actor.new_id("likes"), "type": "Like", "actor": actor.uri, "object": self.statement })
    }

    /// A Like with its signature spoilt (or not) by `change`; gives the status and whether the Like is there after it.
    pub async fn try_like(&self, actor: &PeerActor, change: impl FnOnce(&mut Signed)) -> (u16, bool) {
        let (mut signed, body) = actor.signed(&self.instance, "/inbox", &self.like(actor));
        change(&mut signed);
        let status = signed.send(&self.instance.url("/inbox"), &body).await.status().as_u16();
        (status, self.has(InboxKind::Like, &actor.uri, &self.statement))
    }

    /// The well-signed Like has its effect; so a refused one was refused for what the case changed.
    pub async fn assert_can_like(&self, actor: &PeerActor) {
        assert_eq!(self.try_like(actor, |_| {}).await, (202, true), "{}", actor.uri);
    }

    /// What stands on the desk.
    pub fn desk(&self) -> Vec<(InboxRow, Option<RemotePostRow>)> {
        self.db.read_blocking(|conn| db::inbox::list(conn, &self.collective_id, 10_000)).unwrap()
    }

    pub fn has(&self, kind: InboxKind, actor: &str, object: &str) -> bool {
        self.desk().iter().any(|(row, _)| row.kind == kind && row.actor_uri == actor && row.object_uri.as_deref() == Some(object))
    }

    pub fn post(&self, uri: &str) -> Option<RemotePostRow> {
        self.db.read_blocking(|conn| db::remote_posts::by_uri(conn, uri)).unwrap()
    }

    pub fn known_actor(&self, uri: &str) -> Option<db::remote_actors::RemoteActorRow> {
        self.db.read_blocking(|conn| db::remote_actors::by_uri(conn, uri)).unwrap()
    }

    pub fn follower(&self, actor: &str) -> Option<FollowState> {
        self.db.read_blocking(|conn| db::follows::follower(conn, &self.collective_id, actor)).unwrap().map(|row| row.state)
    }

    pub fn following(&self, actor: &str) -> Option<FollowState> {
        self.db.read_blocking(|conn| db::follows::following(conn, &self.collective_id, actor)).unwrap().map(|row| row.state)
    }

    /// Makes the collective follow an actor, as if a member had asked for it. Gives the id of the Follow.
    pub fn follow(&self, actor: &str, state: FollowState) -> String {
        let activity_uri = self.instance.url(&format!("/activities/{}", uuid::Uuid::now_v7()));
        let row = FollowingRow {
            collective_id: self.collective_id.clone(),
            actor_uri: actor.to_owned(),
            activity_uri: activity_uri.clone(),
            state,
            since: chrono::Utc::now().naive_utc(),
        };
        self.db.write_blocking(|conn| db::follows::put_following(conn, &row)).unwrap();
        activity_uri
    }

    /// How many activities of this kind were queued to this actor about its relation to the collective.
    pub fn queued(&self, kind: &str, actor: &str) -> i64 {
        use communard::db::schema::activities;
        let about = format!("{} {actor}", self.collective);
        self.db
            .read_blocking(|conn| {
                let query = activities::table.filter(activities::kind.eq(kind)).filter(activities::object_uri.eq(about));
                Ok(query.count().get_result(conn)?)
            })
            .unwrap()
    }

    pub fn block(&self, subject: &str, kind: communard::domain::names::BlockKind) {
        let row = db::blocks::BlockRow {
            subject: subject.to_owned(),
            kind,
            reason: String::new(),
            created_at: chrono::Utc::now().naive_utc(),
        };
        self.db.write_blocking(|conn| db::blocks::insert(conn, &row)).unwrap();
    }

    /// Sends bytes as they are and gives the status of the answer, 0 where the connection ended without one.
    pub fn raw(&self, request: &[u8]) -> u16 {
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", self.instance.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        // The server may answer and close before all is sent.
        let _ = stream.write_all(request);
        let mut answer = Vec::new();
        let mut buffer = [0_u8; 4_096];
        while !answer.windows(4).any(|end| end == b"\r\n\r\n") {
            match stream.read(&mut buffer) {
                Ok(0) | Err(_) => break,
                Ok(n) => answer.extend_from_slice(&buffer[..n]),
            }
        }
        let head = String::from_utf8_lossy(&answer);
        head.split_whitespace().nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
    }

    /// As [`World::raw`], with a request line, headers and a body of known length.
    pub fn raw_post(&self, path: &str, headers: &[(String, String)], body: &[u8]) -> u16 {
        let mut request = format!("POST {path} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        self.raw(&[request.as_bytes(), body].concat())
    }
}

/// An activity of this actor with a new id.
pub fn activity(actor: &PeerActor, kind: &str, object: Value) -> Value {
    json!({ "@context": "https://www.w3.org/ns/activitystreams", "id": actor.new_id("activities"), "type": kind, "actor": actor.uri, "object": object, "to": [PUBLIC] })
}

/// Whether a status is one of a refusal that blames the sender.
pub fn is_refusal(status: u16) -> bool {
    matches!(status, 400 | 401 | 403)
}

/// Runs cases one after the other, names each that fails, and fails at the end if one did.
macro_rules! cases {
    ($world:expr; $($case:ident),+ $(,)?) => {{
        use futures::FutureExt;
        let mut failed: Vec<&str> = Vec::new();
        $(
            let run = std::panic::AssertUnwindSafe($case($world)).catch_unwind().await;
            eprintln!("{} {}", if run.is_ok() { "ok    " } else { "FAILED" }, stringify!($case));
            if run.is_err() {
                failed.push(stringify!($case));
            }
        )+
        assert!(failed.is_empty(), "failed: {}", failed.join(", "));
    }};
}
pub(crate) use cases;
