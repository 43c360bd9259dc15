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

/// The names of the dependencies in Cargo.toml, normal ones and those of the tests.
fn dependencies() -> Vec<String> {
    let manifest: toml::Table = fs::read_to_string("Cargo.toml").unwrap().parse().unwrap();
    let names =
        ["dependencies", "dev-dependencies"].iter().flat_map(|table| manifest[*table].as_table().unwrap().keys().cloned());
    names.collect()
}

/// Rows of the tables in a document, each with the first thing in backticks in its first cell.
fn rows(document: &str) -> Vec<(String, String)> {
    let text = fs::read_to_string(document).unwrap();
    let rows = text.lines().filter_map(|line| {
        let first = line.strip_prefix("| `")?.split('`').next()?;
        Some((first.to_owned(), line.to_owned()))
    });
    rows.collect()
}

#[test]
fn every_dependency_is_explained_and_used() {
    let listed: Vec<String> = rows("docs/dependencies.md").into_iter().map(|(name, _)| name).collect();
    let named = dependencies();
    assert_eq!(
        listed.iter().filter(|name| !named.contains(name)).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "not in Cargo.toml"
    );
    assert_eq!(named.iter().filter(|name| !listed.contains(name)).collect::<Vec<_>>(), Vec::<&String>::new(), "not explained");

    let mut code = all_sources();
    for dir in ["tests", "benches"].iter().filter(|dir| Path::new(dir).is_dir()) {
        sources(Path::new(dir), &mut code);
    }
    let manifest = fs::read_to_string("Cargo.toml").unwrap();
    let unused = named.iter().filter(|name| {
        let (path, renamed) = (format!("{}::", name.replace('-', "_")), format!("use {} as ", name.replace('-', "_")));
        // `std::http::` would be another's; `{http::` and ` http::` are the crate.
        let starts = |line: &str| {
            line.match_indices(&path).any(|(at, _)| {
                line[..at].ends_with("(::") || !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
            })
        };
        let in_code = code.iter().any(|(_, source)| {
            source.lines().any(|line| !line.trim_start().starts_with("//") && (starts(line) || line.contains(&renamed)))
        });
        // Some are named only to choose how they are built.
        !in_code && !manifest.contains(&format!("\"{name}/"))
    });
    assert_eq!(unused.collect::<Vec<_>>(), Vec::<&String>::new(), "nothing uses these");
}

/// `table.key` of every setting, with its default.
fn settings() -> Vec<(String, toml::Value)> {
    fn walk(prefix: &str, table: &toml::Table, found: &mut Vec<(String, toml::Value)>) {
        for (key, value) in table {
            match value {
                toml::Value::Table(inner) => walk(&format!("{prefix}{key}."), inner, found),
                value => found.push((format!("{prefix}{key}"), value.clone())),
            }
        }
    }
    let mut found = Vec::new();
    walk("", &communard::config::DEFAULT_TOML.parse().unwrap(), &mut found);
    assert!(found.len() > 40);
    found
}

#[test]
fn every_setting_is_read() {
    let code = all_sources();
    let unread: Vec<String> = settings()
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| {
            let field = format!(".{}", name.rsplit('.').next().unwrap());
            let reads = |source: &str| {
                let code = source.split("#[cfg(test)]").next().unwrap_or_default();
                let mut lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
                lines.any(|line| {
                    line.match_indices(&field).any(|(at, _)| {
                        !line[at + field.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '(')
                    })
                })
            };
            // `config.rs` reads the mode for everybody.
            name != "instance.mode" && !code.iter().any(|(path, source)| path != "src/config.rs" && reads(source))
        })
        .collect();
    assert!(unread.is_empty(), "nobody reads: {}", unread.join(", "));
}

/// 1234567 as `1,234,567`.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap()).collect();
    groups.join(",")
}

#[test]
fn every_bound_that_is_a_setting_stands_in_the_limits_with_its_default() {
    let rows = rows("docs/limits.md");
    let wrong: Vec<String> = settings()
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_integer()?)))
        .filter(|(name, value)| {
            let cell = format!("| {} |", grouped(*value));
            !rows.iter().any(|(listed, row)| listed == name && row.contains(&cell))
        })
        .map(|(name, value)| format!("| `{name}` | {} |", grouped(value)))
        .collect();
    assert!(wrong.is_empty(), "docs/limits.md lacks:\n{}", wrong.join("\n"));
}

#[test]
fn every_bound_in_the_code_stands_in_the_limits_with_its_value() {
    let rows = rows("docs/limits.md");
    let mut wrong = Vec::new();
    for (path, source) in all_sources() {
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        for line in code.lines() {
            let line =
                line.trim_start().trim_start_matches("pub(super) ").trim_start_matches("pub(crate) ").trim_start_matches("pub ");
            let Some((name, value)) = line.strip_prefix("const ").and_then(|rest| rest.split_once(": ")) else { continue };
            if !["MAX_", "MIN_", "MOST_"].iter().any(|start| name.starts_with(start)) {
                continue;
            }
            let value = value.split_once("= ").map(|(_, value)| value.trim_end_matches(';').replace('_', "")).unwrap_or_default();
            let number = value.split(" * ").map(|factor| factor.parse::<i64>().ok()).product::<Option<i64>>();
            let place = format!("`{}`", path.trim_start_matches("src/"));
            let said =
                |row: &str| row.contains(&place) && number.is_none_or(|number| row.contains(&format!("| {} |", grouped(number))));
            if !rows.iter().any(|(listed, row)| listed == name && said(row)) {
                wrong.push(format!("| `{name}` | {} | … | {place} |", number.map(grouped).unwrap_or(value)));
            }
        }
    }
    assert!(wrong.is_empty(), "docs/limits.md lacks:\n{}", wrong.join("\n"));
}
