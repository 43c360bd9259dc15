//! A collective's handle: the part before the `@` by which it is found from everywhere.

/// Longest handle we give out, in characters. Peers take 2,048, but a handle is said aloud.
pub const MAX_HANDLE: usize = 30;

/// Words that are paths of the server or would mislead.
const RESERVED: &[&str] = &["actor", "admin", "desk", "inbox", "instance", "root", "setup", "steward", "support", "www"];

/// Checks a handle that somebody wants to give to a collective and returns its normal form (lower case).
///
/// The form is Mastodon's for remote accounts, `[a-z0-9_]+([.-]+[a-z0-9_]+)*`
/// (`app/models/account.rb`, `USERNAME_RE`): what it refuses could never be followed from there.
/// Errors are Fluent ids.
pub fn new_handle(text: &str) -> Result<String, &'static str> {
    let handle = text.trim().trim_start_matches('@').to_ascii_lowercase();
    if handle.is_empty() {
        return Err("error-handle-empty");
    }
    if handle.chars().count() > MAX_HANDLE {
        return Err("error-handle-long");
    }
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let inner = |c: char| word(c) || c == '.' || c == '-';
    if !handle.chars().all(inner) || !handle.starts_with(word) || !handle.ends_with(word) {
        return Err("error-handle-form");
    }
    if RESERVED.contains(&handle.as_str()) {
        return Err("error-handle-reserved");
    }
    Ok(handle)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn takes_what_mastodon_takes() {
        for good in ["river", "casa-del-fiume", "a.b", "x_1", "@River", "a--b"] {
            assert!(new_handle(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", "a-", ".a", "comité", "a b", "a@b", "desk", &"x".repeat(31)] {
            assert!(new_handle(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn accepting_is_idempotent(text in ".{0,40}") {
            if let Ok(handle) = new_handle(&text) { prop_assert_eq!(new_handle(&handle), Ok(handle.clone())); }
        }
    }
}
