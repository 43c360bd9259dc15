//! Another server reports something of ours; stewards see it. What is not ours is left out.

use super::Outcome;
use crate::{
    acts::Act,
    db::{self, Json, reports::ReportRow},
    error::Result,
    text,
};

pub fn flag(act: &mut Act, actor_uri: &str, content: &str, objects: &[String]) -> Result<Outcome> {
    let mut ours = Vec::new();
    for uri in objects.iter().filter(|uri| act.site.owns(uri)) {
        let known = db::inbox::collective_of_statement(act.conn, uri)?.is_some()
            || !db::collectives::ids_of(act.conn, &[uri])?.is_empty();
        if known {
            ours.push(uri.clone());
        }
    }
    if ours.is_empty() {
        return Ok(Outcome::Dropped("about nothing of ours"));
    }
    let row = ReportRow {
        id: act.new_id(),
        actor_uri: actor_uri.to_owned(),
        content: text::tame(content),
        objects: Json::new(ours),
        received_at: act.now,
        resolved_at: None,
    };
    db::reports::insert(act.conn, &row)?;
    Ok(Outcome::Done)
}
