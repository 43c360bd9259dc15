//! The two faces of a call and of a local action: the event to hosts that show events, the note to all others, never both to one
//! host. What a host got first it gets ever after.

use super::Act;
use crate::{
    db,
    domain::{call::Face, url::host_and_port},
    error::Result,
};
use std::collections::{BTreeSet, HashMap};

/// What has two faces, by its row.
#[derive(Debug, Clone, Copy)]
pub(super) enum Faced<'a> {
    Call(&'a str),
    Action(&'a str),
}

/// Inboxes by what they get.
#[derive(Debug, Default)]
pub(super) struct Split {
    pub events: BTreeSet<String>,
    pub notes: BTreeSet<String>,
    /// Whether collectives of this instance are among them.
    pub ours: bool,
}

impl Faced<'_> {
    fn kept(self, act: &mut Act) -> Result<HashMap<String, Face>> {
        match self {
            Self::Call(id) => db::calls::faces(act.conn, id),
            Self::Action(id) => db::actions::faces(act.conn, id),
        }
    }

    fn keep(self, act: &mut Act, host: &str, face: Face) -> Result<()> {
        match self {
            Self::Call(id) => db::calls::keep_face(act.conn, id, host, face),
            Self::Action(id) => db::actions::keep_face(act.conn, id, host, face),
        }
    }
}

/// Tells the inboxes apart, and notes down which host gets what. `speak` are hosts that speak of events themselves.
pub(super) fn split(act: &mut Act, faced: Faced, inboxes: BTreeSet<String>, speak: &BTreeSet<String>) -> Result<Split> {
    let (ours, others): (BTreeSet<String>, BTreeSet<String>) = inboxes.into_iter().partition(|inbox| act.site.owns(inbox));
    let hosts: BTreeSet<String> = others.iter().filter_map(|inbox| host_and_port(inbox)).collect();
    let hosts: Vec<String> = hosts.into_iter().collect();
    let kept = faced.kept(act)?;
    let show = db::calls::show_events(act.conn, &hosts)?;
    let of = |host: &String| match kept.get(host) {
        Some(face) => *face,
        None if speak.contains(host) || show.contains(host) => Face::Event,
        None => Face::Note,
    };
    for host in hosts.iter().filter(|host| !kept.contains_key(*host)) {
        faced.keep(act, host, of(host))?;
    }
    let is_event = |inbox: &String| of(&host_and_port(inbox).unwrap_or_default()) == Face::Event;
    let (events, notes): (BTreeSet<String>, BTreeSet<String>) = others.into_iter().partition(is_event);
    Ok(Split { events, notes, ours: !ours.is_empty() })
}
