//! A collective of several members who can all sign in.

use crate::harness::Instance;
use communard::{
    db::{self, members::MemberRow},
    domain::names::Role,
};

/// A further member of the instance's collective, who signs in with the passphrase of the first.
pub fn admit(instance: &Instance, name: &str) -> String {
    let db = instance.db();
    let (id, now) = (uuid::Uuid::now_v7().to_string(), chrono::Utc::now().naive_utc());
    db.write_blocking(|conn| {
        let ada = db::members::by_name(conn, "ada")?;
        let row = MemberRow {
            id: id.clone(),
            name: name.to_owned(),
            name_folded: name.to_lowercase(),
            mail: None,
            role: Role::Member,
            ..ada
        };
        let collective = db::collectives::by_handle(conn, "river")?;
        db::members::insert(conn, &row)?;
        db::members::join(conn, &row.id, &collective.id, now)
    })
    .unwrap();
    id
}

/// Ends the time of an open question, as if it had passed.
pub fn run_out(instance: &Instance, decision: &str) {
    use communard::db::schema::decisions;
    use diesel::prelude::*;
    let ended = chrono::Utc::now().naive_utc() - chrono::Duration::seconds(1);
    let changed = instance.db().write_blocking(|conn| {
        Ok(diesel::update(decisions::table.find(decision)).set(decisions::closes_at.eq(ended)).execute(conn)?)
    });
    assert_eq!(changed.unwrap(), 1);
}

/// Lets the time come at which a statement was to leave, by its address or id.
pub fn falls_due(instance: &Instance, statement: &str) {
    use communard::db::schema::statements;
    use diesel::prelude::*;
    let (id, due) = (id_of(statement), chrono::Utc::now().naive_utc() - chrono::Duration::seconds(1));
    let changed = instance.db().write_blocking(|conn| {
        Ok(diesel::update(statements::table.find(&id)).set(statements::scheduled_at.eq(due)).execute(conn)?)
    });
    assert_eq!(changed.unwrap(), 1);
}

/// The id at the end of an address.
pub fn id_of(path: &str) -> String {
    path.split('?').next().unwrap().rsplit('/').next().unwrap().to_owned()
}
