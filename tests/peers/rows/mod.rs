//! The table of rows. A capability comes with one entry here and one function; see docs/interop.md.

mod follows;
mod life;
mod posts;
mod reactions;

use crate::{
    meeting::Meeting,
    peers::{Can, Cannot},
    process::tail,
    report::{Cell, Results},
    stage::Servers,
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Instant,
};

/// What a row says where it worked: nothing, or how less than all of it worked (a whole sentence that stays the same).
pub type Said = Can<Option<String>>;

/// One thing between a collective of ours and one account of a peer.
pub struct Row {
    pub group: &'static str,
    pub what: &'static str,
    pub run: fn(&Meeting) -> Said,
}

const fn row(group: &'static str, what: &'static str, run: fn(&Meeting) -> Said) -> Row {
    Row { group, what, run }
}

const US: &str = "From us to them";
const THEM: &str = "From them to us";
const BOTH: &str = "Whatever happens";

/// The tables of the result, in their order.
pub const GROUPS: &[&str] = &[US, THEM, BOTH];

/// All rows, in the order in which they run for each peer.
pub const ROWS: &[Row] = &[
    row(THEM, "They follow us", follows::they_follow),
    row(US, "We follow them", follows::we_follow),
    row(US, "A statement as Note", posts::note),
    row(US, "Its edit", posts::note_edited),
    row(US, "Its withdrawal", posts::note_withdrawn),
    row(US, "A statement as Article", posts::article),
    row(US, "Its edit (Article)", posts::article_edited),
    row(US, "Its withdrawal (Article)", posts::article_withdrawn),
    row(US, "A statement that mentions them, who don't follow", posts::mention),
    row(US, "An answer to their post", posts::reply),
    row(US, "A boost", reactions::boost),
    row(US, "The boost taken back", reactions::unboost),
    row(US, "A like", reactions::like),
    row(US, "The like taken back", reactions::unlike),
    row(US, "Our new name", life::our_name),
    row(US, "Our new key, then a statement", life::our_key),
    row(THEM, "A Note", posts::their_note),
    row(THEM, "Its edit", posts::their_note_edited),
    row(THEM, "Its deletion", posts::their_note_deleted),
    row(THEM, "An Article", posts::their_article),
    row(THEM, "A Note that mentions us, who don't follow", posts::their_mention),
    row(THEM, "An answer to our statement", posts::their_reply),
    row(THEM, "The answer deleted, where we follow", posts::their_reply_deleted),
    row(THEM, "A boost", reactions::their_boost),
    row(THEM, "The boost taken back", reactions::their_unboost),
    row(THEM, "A like", reactions::their_like),
    row(THEM, "The like taken back", reactions::their_unlike),
    row(THEM, "Their new name", life::their_name),
    row(THEM, "Their new key, then a Note", life::their_key),
    row(BOTH, "A peer that was down gets what it missed", life::restart),
    row(US, "We unfollow", follows::we_unfollow),
    row(THEM, "They unfollow", follows::they_unfollow),
    row(US, "Our follow waits until they say yes", follows::they_say_yes),
    row(US, "They say no to our follow", follows::they_say_no),
    row(THEM, "Their follow waits until we say yes", follows::we_say_yes),
    row(THEM, "We say no to their follow", follows::we_say_no),
    row(US, "We end their following", follows::we_remove),
    row(THEM, "They block us, and no more", life::they_block),
];

/// Runs all rows with all peers, the peers side by side. COMMUNARD_PEERS_ROWS picks rows by parts of their names.
pub fn run(servers: &Servers) -> Results {
    let wanted = std::env::var("COMMUNARD_PEERS_ROWS").ok();
    let picked = |row: &&Row| wanted.as_ref().is_none_or(|list| list.split(',').any(|part| row.what.contains(part)));
    let rows: Vec<&Row> = ROWS.iter().filter(picked).collect();
    let columns: Vec<Vec<Cell>> = std::thread::scope(|scope| {
        let threads: Vec<_> = servers
            .peers
            .iter()
            .map(|peer| {
                let rows = &rows;
                scope.spawn(move || {
                    let meeting = Meeting::new(&servers.ours, peer.as_ref());
                    rows.iter().map(|row| cell(row, &meeting)).collect::<Vec<Cell>>()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("a row panicked")).collect()
    });
    let whole = wanted.is_none() && std::env::var_os("COMMUNARD_PEERS_ONLY").is_none();
    Results { rows, peers: servers.peers.iter().map(|peer| peer.title()).collect(), columns, testers: Vec::new(), whole }
}

fn cell(row: &Row, meeting: &Meeting) -> Cell {
    let began = Instant::now();
    let before = (meeting.peer.log().len(), meeting.ours.process().log().len());
    // A panic in one row must not end the others.
    let said = catch_unwind(AssertUnwindSafe(|| (row.run)(meeting))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(Cannot::Failed(format!("panicked: {}", text.unwrap_or_default())))
    });
    let seconds = began.elapsed().as_secs_f32();
    let cell = match said {
        Ok(None) => Cell::Works,
        Ok(Some(how)) => Cell::Degraded(how),
        Err(Cannot::Unsupported(why)) => Cell::Unsupported(why),
        Err(Cannot::Failed(problem)) => {
            let since = |log: String, before: usize| tail(log.get(before..).unwrap_or_default(), 25);
            let (theirs, ours) = (since(meeting.peer.log(), before.0), since(meeting.ours.process().log(), before.1));
            eprintln!("--- {} / {}: {problem}\n--- what they logged meanwhile\n{theirs}", meeting.peer.title(), row.what);
            let lines = ours.lines().filter(|line| line.contains(&meeting.peer.actor()[..20]) || line.contains(&meeting.handle));
            eprintln!("--- what we logged meanwhile\n{}", lines.collect::<Vec<_>>().join("\n"));
            Cell::Fails(problem)
        }
    };
    eprintln!("{:>5.1} s  {:<34} {:<52} {}", seconds, meeting.peer.title(), row.what, cell.word());
    cell
}
