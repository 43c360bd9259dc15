//! The command line's own help and docs/cli.md say the same, and both say all of it.

use clap::{Arg, Command, CommandFactory};
use std::collections::{BTreeMap, BTreeSet};

/// The whole tree with what clap adds and hands down.
fn tree() -> Command {
    let mut root = communard::cli::Cli::command();
    root.build();
    root
}

/// Commands that do something, with their path (`statement publish`); `followers` does something and has commands below.
fn commands() -> BTreeMap<String, Command> {
    fn walk(command: &Command, path: &str, found: &mut BTreeMap<String, Command>) {
        for below in command.get_subcommands().filter(|below| below.get_name() != "help" && !below.is_hide_set()) {
            let path = format!("{path} {}", below.get_name()).trim().to_owned();
            if !below.is_subcommand_required_set() {
                found.insert(path.clone(), below.clone());
            }
            walk(below, &path, found);
        }
    }
    let mut found = BTreeMap::new();
    walk(&tree(), "", &mut found);
    assert!(found.len() > 30, "{:?}", found.keys());
    found
}

/// What a command takes, without what every command takes.
fn arguments(command: &Command) -> impl Iterator<Item = &Arg> {
    command
        .get_arguments()
        .filter(|arg| !arg.is_hide_set() && !["config", "json", "help", "version"].contains(&arg.get_id().as_str()))
}

/// `--name TEXT` without what the value is called: `--name …`, or `--check` for one that takes none.
fn option(name: &str, takes_value: bool) -> String {
    format!("--{name}{}", if takes_value { " …" } else { "" })
}

fn options(command: &Command) -> BTreeSet<String> {
    arguments(command).filter_map(|arg| arg.get_long().map(|long| option(long, arg.get_action().takes_values()))).collect()
}

fn positionals(command: &Command) -> Vec<String> {
    let mut found: Vec<&Arg> = arguments(command).filter(|arg| arg.is_positional()).collect();
    found.sort_by_key(|arg| arg.get_index());
    found.iter().map(|arg| arg.get_value_names().unwrap()[0].to_string()).collect()
}

/// What stands between backticks.
fn code(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The options that a text names.
fn named(text: &str) -> BTreeSet<String> {
    let options = code(text).into_iter().filter_map(|span| span.strip_prefix("--"));
    options.map(|span| option(span.split(' ').next().unwrap(), span.contains(' '))).collect()
}

/// Each command of docs/cli.md as it stands there: its path, its positionals, its options.
fn documented() -> BTreeMap<String, (Vec<String>, BTreeSet<String>)> {
    let page = std::fs::read_to_string("docs/cli.md").unwrap();
    let beside = page.lines().find(|line| line.starts_with("The text is a file in Markdown")).unwrap();
    let mut found: BTreeMap<String, (Vec<String>, BTreeSet<String>)> = BTreeMap::new();
    for line in page.split("## The server").nth(1).unwrap().lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.split(" |").map(|cell| cell.trim_start_matches('|')).collect();
        let mut options = named(cells[1]);
        if cells[1].contains("what is said") {
            options.extend(named(beside));
        }
        if cells[1].contains("those of `add`") {
            options.extend(found["collective add"].1.clone());
        }
        for name in code(cells[0]) {
            let words = name.split(' ').map(str::to_owned);
            let (positionals, path): (Vec<String>, Vec<String>) =
                words.partition(|word| word.chars().all(|c| c.is_ascii_uppercase() || c == '-'));
            found.insert(path.join(" "), (positionals, options.clone()));
        }
    }
    found
}

#[test]
fn every_command_option_and_argument_says_what_it_is() {
    let mut silent = Vec::new();
    let mut look = |command: &Command, path: &str| {
        if command.get_about().is_none() {
            silent.push(path.to_owned());
        }
        silent.extend(arguments(command).filter(|arg| arg.get_help().is_none()).map(|arg| format!("{path}: {}", arg.get_id())));
    };
    let root = tree();
    look(&root, "communard");
    for command in root.get_subcommands() {
        look(command, command.get_name());
    }
    for (path, command) in commands() {
        look(&command, &path);
    }
    assert!(silent.is_empty(), "no help text: {silent:#?}");
}

#[test]
fn docs_cli_md_has_every_command_and_option_and_no_other() {
    let (commands, documented) = (commands(), documented());
    let names = |map: Vec<&String>| map.into_iter().cloned().collect::<BTreeSet<String>>();
    assert_eq!(names(commands.keys().collect()), names(documented.keys().collect()), "commands, and those in docs/cli.md");
    for (path, command) in &commands {
        let (said, listed) = &documented[path];
        assert_eq!(&positionals(command), said, "{path}: what stands after it, and what docs/cli.md has");
        assert_eq!(&options(command), listed, "{path}: its options, and those in docs/cli.md");
    }
    let page = std::fs::read_to_string("docs/cli.md").unwrap();
    let of_all = named(page.split("## Of all commands").nth(1).unwrap().split("| exit code").next().unwrap());
    let global = ["--config …", "--help", "--json", "--version"].map(str::to_owned);
    assert_eq!(of_all, BTreeSet::from(global), "what every command takes");
}
