//! The house of docs/architecture.md, checked: a floor uses only the floors below it.

use std::{fs, path::Path};

/// Each place with the modules it must not name.
const FORBIDDEN: &[(&str, &[&str])] = &[
    (
        "domain",
        &[
            "acts",
            "api",
            "cli",
            "config",
            "crypto",
            "db",
            "federation",
            "feeds",
            "jobs",
            "mail",
            "media",
            "observe",
            "server",
            "state",
            "vocab",
            "web",
        ],
    ),
    (
        "text",
        &[
            "acts",
            "cli",
            "config",
            "crypto",
            "db",
            "federation",
            "feeds",
            "jobs",
            "mail",
            "media",
            "observe",
            "server",
            "state",
            "vocab",
            "web",
        ],
    ),
    (
        "vocab",
        &["acts", "cli", "config", "db", "federation", "feeds", "jobs", "mail", "media", "observe", "server", "state", "web"],
    ),
    ("crypto", &["acts", "cli", "federation", "feeds", "jobs", "mail", "media", "observe", "server", "state", "web"]),
    ("db", &["acts", "cli", "federation", "feeds", "jobs", "mail", "media", "observe", "server", "state", "web"]),
    ("acts", &["cli", "federation", "feeds", "jobs", "mail", "media", "observe", "server", "web"]),
    ("federation", &["cli", "feeds", "jobs", "mail", "media", "server"]),
    ("feeds", &["cli", "federation", "jobs", "server", "web"]),
    ("mail", &["acts", "cli", "db", "federation", "jobs", "server", "web"]),
    ("media", &["acts", "cli", "federation", "jobs", "server"]),
    ("web", &["cli", "jobs", "server"]),
    ("jobs", &["cli", "server", "web"]),
];

fn sources(dir: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "rs") && !path.ends_with("tests.rs") {
            found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

fn all_sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    sources(Path::new("src"), &mut found);
    assert!(found.len() > 30);
    found
}

/// Names of top-level modules that a source uses, from `crate::x` and from `use crate::{ x, y::z }`.
fn used(source: &str) -> Vec<String> {
    let code: String = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut names = Vec::new();
    for part in code.split("crate::").skip(1) {
        let Some(list) = part.strip_prefix('{') else {
            names.push(word(part));
            continue;
        };
        let mut depth = 1;
        let mut at_start = true;
        for (index, c) in list.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => at_start = true,
                c if depth == 1 && at_start && !c.is_whitespace() => {
                    names.push(word(&list[index..]));
                    at_start = false;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    names
}

#[test]
fn a_floor_uses_only_the_floors_below() {
    let mut wrong = Vec::new();
    for (path, source) in all_sources() {
        let floor = path.split('/').nth(1).unwrap_or_default();
        let Some((_, forbidden)) = FORBIDDEN.iter().find(|(name, _)| *name == floor) else { continue };
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        wrong.extend(
            used(code).into_iter().filter(|name| forbidden.contains(&name.as_str())).map(|name| format!("{path} uses {name}")),
        );
    }
    assert!(wrong.is_empty(), "floors above are used:\n{}", wrong.join("\n"));
}

#[test]
fn sql_stands_in_db_and_the_federation_library_in_federation() {
    let mut wrong = Vec::new();
    for (path, source) in all_sources() {
        let code: String = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        // `error.rs` turns the database's errors into ours.
        if !path.starts_with("src/db/") && path != "src/error.rs" && (code.contains("diesel::") || code.contains("sql_query")) {
            wrong.push(format!("{path}: SQL outside src/db"));
        }
        if !path.starts_with("src/federation/") && !path.starts_with("src/vocab/") && code.contains("activitypub_federation") {
            wrong.push(format!("{path}: activitypub_federation outside src/federation"));
        }
        for line in ["println!(", "process::exit"] {
            if code.contains(line) && !path.starts_with("src/cli/") && path != "src/main.rs" {
                wrong.push(format!("{path}: {line} outside src/cli"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_says_what_it_is_for() {
    let bare: Vec<String> =
        all_sources().into_iter().filter(|(_, source)| !source.starts_with("//!")).map(|(path, _)| path).collect();
    assert!(bare.is_empty(), "no `//!` in the first line of: {}", bare.join(", "));
}
