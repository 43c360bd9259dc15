//! What the library makes of our rows and our documents.

use super::*;
use crate::{
    acts::{
        collectives::NewCollective,
        setup::{FirstMember, SetUp},
    },
    config::Settings,
    db::{self, Json},
    vocab::discovery,
};
use activitypub_federation::{fetch::webfinger::Webfinger, protocol::public_key::PublicKey};
use serde_json::json;

const ADA: &str = "https://meadow.example/users/ada";

fn state() -> (AppState, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let mut settings = Settings::load_with(None, []).unwrap();
    settings.data.dir = dir.path().join("data");
    (AppState::open(settings).unwrap(), dir)
}

fn set_up(state: &AppState) {
    let collective =
        NewCollective { handle: "river".into(), name: "River collective".into(), language: "en".into(), ..Default::default() };
    let member = FirstMember { name: "Ada".into(), passphrase_hash: "x".into(), ..Default::default() };
    let domain = "river.localhost:8081".into();
    state.set_up_blocking(SetUp { name: "River".into(), domain, collective, member, ..Default::default() }).unwrap();
}

fn ada(state: &AppState) -> RemoteActorRow {
    RemoteActorRow {
        id: uuid::Uuid::now_v7().to_string(),
        uri: ADA.into(),
        host: "meadow.example".into(),
        kind: "Person".into(),
        username: "ada".into(),
        handle_host: "meadow.example".into(),
        name: "Ada".into(),
        summary: String::new(),
        url: None,
        inbox: format!("{ADA}/inbox"),
        shared_inbox: None,
        outbox: None,
        followers: None,
        icon_url: None,
        also_known_as: Json::new(vec![]),
        moved_to: None,
        keys: Json::new(vec![]),
        manually_approves: false,
        fetched_at: state.now(),
        key_refetched_at: None,
        gone_at: None,
        country: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typed_id_leads_to_the_row_and_never_to_a_request() {
    let (state, _dir) = state();
    let library = Library::new(state.clone());
    assert!(matches!(library.request().await, Err(Error::NotFound)), "before setup there is no domain");
    set_up(&state);
    let data = library.request().await.unwrap();
    assert_eq!(data.domain(), "river.localhost:8081");
    let id = ObjectId::<RemoteActor>::parse(ADA).unwrap();
    assert!(matches!(id.dereference_local(&data).await, Err(Error::NotFound)));
    let row = ada(&state);
    state.db.write(move |conn| db::remote_actors::put(conn, &row)).await.unwrap();
    let found = id.dereference_local(&data).await.unwrap();
    assert_eq!(
        (found.id().as_str(), found.inbox().as_str(), found.is_deleted()),
        (ADA, "https://meadow.example/users/ada/inbox", false)
    );
    found.delete(&data).await.unwrap();
    assert!(id.dereference_local(&data).await.unwrap().is_deleted());
    assert_eq!(data.request_count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_actor_stands_under_its_own_id_and_is_not_ours() {
    let (state, _dir) = state();
    set_up(&state);
    let data = Library::new(state).request().await.unwrap();
    let actor = |id: &str| json!({ "id": id, "type": "Person", "preferredUsername": "ada" });
    let verify = async |id: &str, from: &str| RemoteActor::verify(&actor(id), &Url::parse(from).unwrap(), &data).await;
    assert!(verify(ADA, ADA).await.is_ok());
    assert!(verify(ADA, "https://meadow.example/users/eve").await.is_err());
    let ours = "http://river.localhost:8081/c/river";
    assert!(verify(ours, ours).await.is_err());
}

#[test]
fn the_library_reads_how_we_are_found_and_our_keys() {
    let ours = "https://river.example/c/river";
    let river = crate::domain::Site {
        domain: "river.example".into(),
        base_url: "https://river.example".into(),
        name: String::new(),
        description: String::new(),
        languages: Vec::new(),
        indexable: true,
    };
    let found: Webfinger = serde_json::from_value(discovery::webfinger("river", &river, ours, ours)).unwrap();
    let own = found.links.iter().find(|link| link.rel.as_deref() == Some("self")).unwrap();
    assert_eq!((found.subject.as_str(), own.href.as_ref().unwrap().as_str()), ("acct:river@river.example", ours));
    let (state, _dir) = state();
    set_up(&state);
    let site = state.site().unwrap();
    let read = |conn: &mut db::DbConn| {
        let row = db::collectives::by_handle(conn, "river")?;
        crate::acts::documents::collective(conn, &site, &row)
    };
    let document = state.db.read_blocking(read).unwrap();
    let key: PublicKey = serde_json::from_value(document["publicKey"].clone()).unwrap();
    assert_eq!(key.owner.as_str(), document["id"].as_str().unwrap());
    assert_eq!(key.id, format!("{}#main-key", key.owner));
}
