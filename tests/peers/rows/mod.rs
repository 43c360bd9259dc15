//! The table of rows. A capability comes with one entry here and one function; see docs/interop.md.

mod calls;
mod endorsements;
mod follows;
mod life;
mod moves;
mod posts;
mod quotes;
mod reactions;
mod signed;

use crate::{
    meeting::Meeting,
    peers::{Can, Cannot, Peer},
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
    row(US, "Three long ones in English, Spanish and Kurmanji, with an image; their edits and withdrawals", posts::examples),
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
    row(US, "A quote of their post", quotes::ours_granted),
    row(US, "A quote that they look at first", quotes::ours_reviewed),
    row(US, "A quote that they refuse", quotes::ours_refused),
    row(US, "A quote whose consent they take back", quotes::ours_revoked),
    row(THEM, "A quote of our statement", quotes::theirs_granted),
    row(THEM, "A quote that we look at first", quotes::theirs_reviewed),
    row(THEM, "A quote that we refuse", quotes::theirs_refused),
    row(THEM, "A quote whose consent we take back", quotes::theirs_revoked),
    row(US, "A co-signature of their post: the Note that shows it", endorsements::shown),
    row(US, "That Note, once our assembly ratified", endorsements::ratified),
    row(US, "That Note, once we withdrew", endorsements::withdrawn),
    row(US, "Its quote of their post", endorsements::granted),
    row(US, "Its quote, whose consent they take back", endorsements::revoked),
    row(US, "A call: as an event or as its note, never both", calls::published),
    row(US, "Its edit (call)", calls::edited),
    row(US, "A call that is postponed to other dates", calls::postponed),
    row(US, "A call that is cancelled", calls::cancelled),
    row(US, "A local action: as an event or as its note, never both", calls::acted),
    row(US, "A local action that is cancelled", calls::action_cancelled),
    row(US, "A local action of ours under a call of theirs; it moves along", calls::ours_under_theirs),
    row(THEM, "A local action of theirs under a call of ours, which is cancelled", calls::theirs_under_ours),
    row(US, "A statement signed by draft-cavage", signed::ours_by_cavage),
    row(US, "A statement signed by RFC 9421", signed::ours_by_rfc_9421),
    row(THEM, "A Note signed by draft-cavage", signed::theirs_by_cavage),
    row(THEM, "A Note signed by RFC 9421", signed::theirs_by_rfc_9421),
    row(US, "Our integrity proofs; tampered with, refused", signed::our_proofs),
    row(THEM, "A Note that another server passes on, by its integrity proof", signed::their_proofs),
    row(US, "Our collective moves, and they follow along", moves::ours),
    row(THEM, "Their account says that it moves, and we follow along", moves::theirs_pushed),
    row(THEM, "Their new account says that it takes an old one's place, and we follow along", moves::theirs_pulled),
    row(BOTH, "A peer that was down gets what it missed", life::restart),
    row(US, "We unfollow", follows::we_unfollow),
    row(THEM, "They unfollow", follows::they_unfollow),
    row(US, "Our follow waits until they say yes", follows::they_say_yes),
    row(US, "They say no to our follow", follows::they_say_no),
    row(THEM, "Their follow waits until we say yes", follows::we_say_yes),
    row(THEM, "We say no to their follow", follows::we_say_no),
    row(US, "We end their following", follows::we_remove),
    row(THEM, "They block us, and no more", life::they_block),
    row(US, "We block them: nothing comes, nothing goes", life::we_block),
];

/// Runs all rows with all peers, the peers side by side. COMMUNARD_PEERS_ROWS picks rows by parts of their names.
pub fn run(servers: &Servers) -> Results {
    let wanted = std::env::var("COMMUNARD_PEERS_ROWS").ok();
    let picked = |row: &&Row| wanted.as_ref().is_none_or(|list| list.split(',').any(|part| row.what.contains(part)));
    let rows: Vec<&Row> = ROWS.iter().filter(picked).collect();
    let columns: Vec<Vec<(Cell, Vec<String>)>> = std::thread::scope(|scope| {
        let threads: Vec<_> = servers
            .peers
            .iter()
            .map(|peer| {
                let rows = &rows;
                let lanes: Vec<&dyn Peer> = std::iter::once(peer.as_ref()).chain(peer.twin()).collect();
                let count = lanes.len();
                let lane = |(first, peer)| {
                    scope.spawn(move || {
                        let meeting = Meeting::new(&servers.ours, peer);
                        let own = rows.iter().enumerate().skip(first).step_by(count);
                        own.map(|(index, row)| (index, cell(row, &meeting))).collect::<Lane>()
                    })
                };
                lanes.into_iter().enumerate().map(lane).collect::<Vec<_>>()
            })
            .collect();
        let column = |lanes: Vec<std::thread::ScopedJoinHandle<'_, Lane>>| {
            let mut cells: Vec<_> = lanes.into_iter().flat_map(|lane| lane.join().expect("a row panicked")).collect();
            cells.sort_by_key(|(index, _)| *index);
            cells.into_iter().map(|(_, cell)| cell).collect()
        };
        threads.into_iter().map(column).collect()
    });
    let whole = wanted.is_none() && std::env::var_os("COMMUNARD_PEERS_ONLY").is_none();
    let peers: Vec<String> = servers.peers.iter().map(|peer| peer.title()).collect();
    let mut twice = Vec::new();
    let mut cells = Vec::new();
    for (peer, column) in peers.iter().zip(columns) {
        let mut own = Vec::new();
        for (row, (cell, asked)) in rows.iter().zip(column) {
            twice.extend(asked.into_iter().map(|what| format!("{peer}: {}: {what}", row.what)));
            own.push(cell);
        }
        cells.push(own);
    }
    Results { rows, peers, columns: cells, twice, testers: Vec::new(), whole }
}

/// Rows by their number in the table, each with what the peer had to be asked twice for.
type Lane = Vec<(usize, (Cell, Vec<String>))>;

fn cell(row: &Row, meeting: &Meeting) -> (Cell, Vec<String>) {
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
    let twice = meeting.asked_twice();
    let note = if twice.is_empty() { String::new() } else { format!(" (asked twice: {})", twice.join("; ")) };
    eprintln!("{:>5.1} s  {:<34} {:<52} {}{note}", seconds, meeting.peer.title(), row.what, cell.word());
    (cell, twice)
}
