//! Files in the repository that tests compare with what is true: snapshots and generated documents.

use std::{fs, path::Path};

/// Set to anything, it makes the tests write these files anew.
pub const RENEW: &str = "COMMUNARD_RENEW";

/// Compares `text` with the file, or writes it there where the environment has `COMMUNARD_RENEW`.
pub fn compare(path: &str, text: &str) {
    if std::env::var_os(RENEW).is_some() {
        fs::create_dir_all(Path::new(path).parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        return;
    }
    let kept = fs::read_to_string(path).unwrap_or_default();
    if kept == text {
        return;
    }
    let at = kept.lines().zip(text.lines()).take_while(|(one, other)| one == other).count();
    let line = |text: &str| text.lines().nth(at).unwrap_or("(the end)").to_owned();
    panic!(
        "{path} is not as it should be from line {} on:\n- {}\n+ {}\nIf this is meant: {RENEW}=1 cargo test, and look at the change.",
        at + 1,
        line(&kept),
        line(text)
    );
}
