//! Which software other hosts run, by their NodeInfo, and what they say that they understand (FEP-844e): whether they show an `Event`, or need its Note. Nobody is asked before a
//! collective that they follow writes a call or acts under one.

use super::fetch::{self, Budget};
use crate::{
    db::{self, calls::Software},
    domain::{
        call::Face,
        url::{host_and_port, parse_remote, same_origin},
    },
    error::Result,
    state::AppState,
    vocab::discovery::{Generator, application_address, generator, nodeinfo_address, software_name, understands_events},
};
use chrono::Duration;
use futures::{StreamExt, stream};
use std::{collections::BTreeMap, time::Duration as Time};

/// How long an answer is believed, in days, and after how many hours a host that gave none is asked again.
const BELIEVED_DAYS: i64 = 7;
const AGAIN_AFTER_HOURS: i64 = 1;
/// Hosts asked in one go, and of these at once.
const MOST_ASKED: usize = 100;
const AT_ONCE: usize = 8;
/// Requests for one host: the list, the document, an account, the server's own actor, and a redirect or second way to sign of each.
const MAX_REQUESTS: u32 = 8;
/// What may pass before a call goes out although a host hasn't answered.
const PATIENCE: Time = Time::from_secs(8);

/// Asks the hosts of followers that were never asked, or long ago. Gives how many were asked.
///
/// # Errors
/// The database's.
pub async fn learn(state: &AppState, collective_id: Option<String>) -> Result<usize> {
    let now = state.now();
    let hosts = state
        .db
        .read(move |conn| {
            let mut hosts: BTreeMap<String, (String, String)> = BTreeMap::new();
            if collective_id.is_none() && !db::calls::any(conn)? {
                return Ok(hosts);
            }
            for (inbox, actor) in db::calls::inboxes_to_know(conn, collective_id.as_deref())? {
                if let (Some(host), Some(url)) = (host_and_port(&inbox), parse_remote(&inbox)) {
                    hosts.insert(host, (url.origin().ascii_serialization(), actor));
                }
            }
            let names: Vec<String> = hosts.keys().cloned().collect();
            let wanted = db::calls::unasked(conn, &names, now - Duration::days(BELIEVED_DAYS))?;
            hosts.retain(|host, _| wanted.contains(host));
            Ok(hosts)
        })
        .await?;
    let asked = stream::iter(hosts.into_iter().take(MOST_ASKED)).map(|(host, (origin, actor))| async move {
        let software = ask(state, &origin, &actor).await;
        // As if it had been asked long ago: it is asked again soon.
        let at = match software {
            Some(_) => now,
            None => now - Duration::days(BELIEVED_DAYS) + Duration::hours(AGAIN_AFTER_HOURS),
        };
        state.db.write(move |conn| db::calls::asked(conn, &host, software.as_ref(), at)).await
    });
    let done: Vec<Result<()>> = asked.buffer_unordered(AT_ONCE).collect().await;
    let count = done.len();
    done.into_iter().collect::<Result<()>>()?;
    Ok(count)
}

/// As [`learn`] for those who are about to get a call or a local action, as long as patience lasts: whoever isn't known by then gets its Note.
pub async fn before_a_call(state: &AppState, collective_id: &str) {
    match tokio::time::timeout(PATIENCE, learn(state, Some(collective_id.to_owned()))).await {
        Ok(Ok(_)) | Err(_) => {}
        Ok(Err(error)) => tracing::warn!(%error, "can't ask the followers' hosts which software they run"),
    }
}

/// The software behind an origin, and whether it says that it shows events; `None` where it doesn't say what it is. `actor` is somebody
/// there.
async fn ask(state: &AppState, origin: &str, actor: &str) -> Option<Software> {
    let budget = Budget::new(MAX_REQUESTS);
    let accept = "application/json";
    let links = fetch::json(state, &format!("{origin}/.well-known/nodeinfo"), accept, &budget).await.ok()?;
    let address = nodeinfo_address(&links, origin)?;
    let document = fetch::json(state, &address, accept, &budget).await.ok()?;
    let name = software_name(&document)?;
    if Face::of(Some(&name)) == Face::Event {
        return Some(Software { name, shows_events: true });
    }
    // FEP-2677 says where the server's own actor is; without, its accounts name it as their generator (FEP-844e).
    let said = match application_address(&links, origin) {
        Some(address) => fetch::document(state, &address, &budget).await.ok().map(|found| understands_events(&found.json)),
        None if same_origin(actor, origin) => match fetch::document(state, actor, &budget).await {
            Ok(found) => match generator(&found.json, origin) {
                Some(Generator::Whole(application)) => Some(understands_events(&application)),
                Some(Generator::Address(address)) => {
                    fetch::document(state, &address, &budget).await.ok().map(|found| understands_events(&found.json))
                }
                None => None,
            },
            Err(_) => None,
        },
        None => None,
    };
    Some(Software { name, shows_events: said == Some(true) })
}
