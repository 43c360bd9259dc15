//! Which requirement is shown by which tests: `docs/security.md`, made from `tests/requirements.txt` and the tests' names.

use crate::harness::snapshot;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::Path,
};

const FAMILIES: &[(&str, &str)] = &[
    ("SIG", "Signatures"),
    ("ORG", "Origin and identity"),
    ("RES", "Exhaustion"),
    ("SRF", "Requests made by the server"),
    ("WEB", "Pages and forms"),
    ("AUT", "Accounts and roles"),
    ("DAT", "Statements and order"),
    ("OPS", "Operation"),
    ("PRV", "Privacy"),
];

/// Families in which no requirement may be without a test.
const MUST: &[&str] = &["SIG", "ORG", "RES", "SRF"];

/// The ids in a test's name: `srf_05_08_…`, `sig_04_to_09_…`, `aut_06_…_and_web_06_…`. A name that spans a whole family
/// (`sig_01_to_sig_32_…`) only runs the cases that follow it.
fn ids_in(name: &str) -> BTreeSet<String> {
    let words: Vec<&str> = name.split('_').collect();
    let family = |word: &str| FAMILIES.iter().find(|(name, _)| name.to_lowercase() == word).map(|(name, _)| *name);
    let number = |word: &&str| word.parse::<u32>().ok().filter(|_| word.len() == 2);
    let mut found = BTreeSet::new();
    let mut at = 0;
    while at < words.len() {
        let (Some(family), true) = (family(words[at]), words.get(at + 1).and_then(number).is_some()) else {
            at += 1;
            continue;
        };
        at += 1;
        let mut last = 0;
        while let Some(n) = words.get(at).and_then(number) {
            let from = if at > 1 && words[at - 1] == "to" { last + 1 } else { n };
            found.extend((from..=n).map(|n| format!("{family}-{n:02}")));
            last = n;
            at += 1;
            if words.get(at) == Some(&"to")
                && words.get(at + 2).and_then(number).is_some()
                && words.get(at + 1).is_some_and(|word| word.to_uppercase() == family)
            {
                return BTreeSet::new();
            }
            if ["to", "and"].contains(words.get(at).unwrap_or(&"")) && words.get(at + 1).and_then(number).is_some() {
                at += 1;
            }
        }
    }
    found
}

#[test]
fn ids_are_read_off_names() {
    for (name, ids) in [
        ("sig_01_without_signature", "SIG-01"),
        ("srf_01_02_07_no_connection", "SRF-01 SRF-02 SRF-07"),
        ("sig_04_to_06_too_little", "SIG-04 SIG-05 SIG-06"),
        ("sig_18_and_32_only_keys", "SIG-18 SIG-32"),
        ("aut_06_who_may_use_and_web_06_no_form", "AUT-06 WEB-06"),
        ("res_16_ops_13_of_two_hundred", "OPS-13 RES-16"),
        ("sig_01_to_sig_32_all", ""),
        ("what_mastodon_shows", ""),
    ] {
        assert_eq!(ids_in(name).into_iter().collect::<Vec<_>>().join(" "), ids, "{name}");
    }
}

/// Names of functions below a folder that carry ids, each with its file.
fn tests_below(folder: &Path, found: &mut Vec<(String, String)>) {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            tests_below(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            let source = fs::read_to_string(&path).unwrap();
            for line in source.lines() {
                let line = line.trim_start();
                let Some(rest) = line.strip_prefix("fn ").or_else(|| line.strip_prefix("async fn ")) else { continue };
                let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if !ids_in(&name).is_empty() {
                    found.push((name, path.display().to_string()));
                }
            }
        }
    }
}

#[test]
fn every_requirement_stands_in_the_table_with_its_tests() {
    let mut tests = Vec::new();
    ["src", "tests/it"].iter().for_each(|folder| tests_below(Path::new(folder), &mut tests));
    let mut of: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (name, file) in &tests {
        for id in ids_in(name) {
            of.entry(id).or_default().push((name.clone(), file.clone()));
        }
    }
    let text = fs::read_to_string("tests/requirements.txt").unwrap();
    let wanted: Vec<(bool, &str, &str)> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let (id, what) = line.trim_start_matches('~').split_once(' ').unwrap();
            (line.starts_with('~'), id, what)
        })
        .collect();
    let unknown: Vec<&String> = of.keys().filter(|id| !wanted.iter().any(|(_, known, _)| known == id)).collect();
    assert!(unknown.is_empty(), "tests name requirements that there are not: {unknown:?}");
    let missing = wanted.iter().filter(|(later, id, _)| !later && MUST.contains(&&id[..3]) && !of.contains_key(*id));
    assert_eq!(missing.map(|(_, id, _)| *id).collect::<Vec<_>>(), Vec::<&str>::new(), "no test carries these");

    let mut page = "# Security\n\nWhat must hold, and the tests that show it. Made from `tests/requirements.txt` and the names of the tests by \
                    `COMMUNARD_RENEW=1 cargo test --test it requirements`.\n\nTests below `tests/it` talk to a started server over sockets, most of \
                    them on SQLite and PostgreSQL; those below `src` check a rule alone. Everything that reads what strangers send is fuzzed besides \
                    (`tests/fuzz`).\n"
        .to_owned();
    for (family, title) in FAMILIES {
        write!(page, "\n## {family}: {title}\n\n| id | what must hold | shown by |\n|---|---|---|\n").unwrap();
        for (later, id, what) in wanted.iter().filter(|(_, id, _)| id.starts_with(family)) {
            let shown: Vec<String> = of.get(*id).into_iter().flatten().map(|(name, file)| format!("`{name}` ({file})")).collect();
            let shown = match (shown.is_empty(), later) {
                (false, _) => shown.join("<br>"),
                (true, true) => "with a later capability".to_owned(),
                (true, false) => "**no test carries it**".to_owned(),
            };
            writeln!(page, "| {id} | {what} | {shown} |").unwrap();
        }
    }
    snapshot::compare("docs/security.md", &page);
}
