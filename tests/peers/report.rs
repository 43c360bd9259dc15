//! The result: printed, and kept as docs/interop.md.

use crate::{rows::Row, stage::Stage};
use std::fmt::Write;

/// How one row went with one peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Works,
    Degraded(String),
    Unsupported(String),
    Fails(String),
}

impl Cell {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Degraded(_) => "degraded",
            Self::Unsupported(_) => "not supported",
            Self::Fails(_) => "FAILS",
        }
    }

    fn note(&self) -> Option<&str> {
        match self {
            Self::Works => None,
            Self::Degraded(text) | Self::Unsupported(text) | Self::Fails(text) => Some(text),
        }
    }
}

pub struct Results {
    pub rows: Vec<&'static Row>,
    /// Titles, one for each column.
    pub peers: Vec<String>,
    /// For each peer a cell for each row.
    pub columns: Vec<Vec<Cell>>,
    /// Peer, row and effect, where the peer had to be asked twice; so in the log of a run alone, since it changes from run to run.
    pub twice: Vec<String>,
    /// What the testers said: its name, a sentence, whether all is well.
    pub testers: Vec<(String, String, bool)>,
    /// Whether every row ran with every peer.
    pub whole: bool,
}

const PAGE: &str = "docs/interop.md";
const HEAD: &str = include_str!("interop-head.md");

/// Prints the summary, and the logs where something failed.
pub fn print(results: &Results, stage: &Stage) {
    println!("\n{}", table(results));
    for (peer, column) in results.peers.iter().zip(&results.columns) {
        let count = |word: &str| column.iter().filter(|cell| cell.word() == word).count();
        println!(
            "{peer}: {} work, {} degraded, {} not supported by the peer, {} FAIL",
            count("works"),
            count("degraded"),
            count("not supported"),
            count("FAILS")
        );
    }
    for (name, said, _) in &results.testers {
        println!("{name}: {said}");
    }
    for line in &results.twice {
        println!("degraded in this run, since the peer lost something and had to be asked twice: {line}");
    }
    println!("logs: {}", stage.net.logs.display());
    let failed = results.columns.iter().flatten().any(|cell| matches!(cell, Cell::Fails(_)));
    let unwell = results.testers.iter().any(|(_, _, well)| !well);
    if failed || unwell {
        stage.show_logs();
    }
    let problems: Vec<String> = (results.peers.iter().zip(&results.columns))
        .flat_map(|(peer, column)| results.rows.iter().zip(column).map(move |(row, cell)| (peer, row, cell)))
        .filter_map(|(peer, row, cell)| match cell {
            Cell::Fails(problem) => Some(format!("{peer}: {}: {problem}", row.what)),
            _ => None,
        })
        .chain(results.testers.iter().filter(|(_, _, well)| !well).map(|(name, said, _)| format!("{name}: {said}")))
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The table in Markdown with its notes; the same from run to run.
fn table(results: &Results) -> String {
    let mut notes: Vec<String> = Vec::new();
    let mut page = String::new();
    let mut groups: Vec<&str> = Vec::new();
    results.rows.iter().for_each(|row| {
        if !groups.contains(&row.group) {
            groups.push(row.group)
        }
    });
    groups.sort_by_key(|group| crate::rows::GROUPS.iter().position(|other| other == group));
    let mut last = "";
    let order = groups.iter().flat_map(|group| results.rows.iter().enumerate().filter(move |(_, row)| row.group == *group));
    for (index, row) in order {
        if row.group != last {
            last = row.group;
            let empty = "|---".repeat(results.peers.len());
            let _ = write!(page, "\n## {last}\n\n| | {} |\n|---{empty}|\n", results.peers.join(" | "));
        }
        let _ = write!(page, "| {} |", row.what);
        for column in &results.columns {
            let cell = &column[index];
            let mark = cell.note().map_or(String::new(), |note| {
                let number = notes.iter().position(|other| other == note).unwrap_or_else(|| {
                    notes.push(note.to_owned());
                    notes.len() - 1
                });
                format!(" ({})", number + 1)
            });
            let _ = write!(page, " {}{mark} |", cell.word());
        }
        page.push('\n');
    }
    if !notes.is_empty() {
        page.push_str("\n## Notes\n\n");
        for (index, note) in notes.iter().enumerate() {
            let _ = writeln!(page, "{}. {note}", index + 1);
        }
    }
    if !results.testers.is_empty() {
        page.push_str("\n## Testers\n\n| tester | result |\n|---|---|\n");
        for (name, said, _) in &results.testers {
            let _ = writeln!(page, "| {name} | {said} |");
        }
    }
    page
}

/// Writes docs/interop.md; in CI the committed one must say the same already.
pub fn keep(results: &Results) {
    if !results.whole {
        return;
    }
    let new = format!("{HEAD}{}", table(results));
    let old = std::fs::read_to_string(PAGE).unwrap_or_default();
    if old == new {
        return;
    }
    if std::env::var_os("CI").is_some() {
        let gone: Vec<&str> = old.lines().filter(|line| !new.contains(line)).collect();
        let come: Vec<&str> = new.lines().filter(|line| !old.contains(line)).collect();
        panic!("{PAGE} is not what this run gave. It says\n{}\nand now it is\n{}", gone.join("\n"), come.join("\n"));
    }
    std::fs::write(PAGE, new).unwrap();
    println!("{PAGE} has been rewritten");
}
