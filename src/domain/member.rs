//! A member's name and passphrase: which are taken. Names are for signing in and for the other members; they never
//! leave the instance.

/// Longest name, in characters.
pub const MAX_NAME: usize = 100;
/// Shortest passphrase, in characters.
pub const MIN_PASSPHRASE: usize = 12;
/// Longest passphrase, in bytes: what is longer is refused before it costs a hash.
pub const MAX_PASSPHRASE: usize = 1024;
/// Longest mail address (RFC 5321, 4.5.3.1.3).
pub const MAX_MAIL: usize = 254;

/// Checks a name and returns it without needless spaces. The error is a Fluent id.
pub fn new_name(text: &str) -> Result<String, &'static str> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err("error-name-empty");
    }
    if name.chars().count() > MAX_NAME {
        return Err("error-name-long");
    }
    if name.chars().any(|c| c.is_control() || is_invisible(c)) {
        return Err("error-name-form");
    }
    Ok(name)
}

/// The form by which a name is found: nobody should miss their account for a capital letter.
pub fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Checks a new passphrase. The error is a Fluent id.
pub fn new_passphrase(text: &str) -> Result<(), &'static str> {
    if text.len() > MAX_PASSPHRASE {
        return Err("error-passphrase-long");
    }
    if text.chars().count() < MIN_PASSPHRASE {
        return Err("error-passphrase-short");
    }
    Ok(())
}

/// Checks a mail address as far as it can be checked without sending: `None` for an empty one.
pub fn new_mail(text: &str) -> Result<Option<String>, &'static str> {
    let mail = text.trim();
    if mail.is_empty() {
        return Ok(None);
    }
    let good = mail.len() <= MAX_MAIL
        && !mail.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '"'))
        && mail.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && !host.contains('@'));
    if good { Ok(Some(mail.to_owned())) } else { Err("error-mail-form") }
}

/// Characters that make two names look the same: bidi controls, zero width, the byte order mark.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tidied_and_folded() {
        assert_eq!(new_name("  Ada   of the  River ").as_deref(), Ok("Ada of the River"));
        assert_eq!(folded(" ADA  of the river"), "ada of the river");
        assert!(new_name("سلمى").is_ok());
        for bad in ["", "   ", "a\u{202e}b", "a\u{0}b", &"x".repeat(101)] {
            assert!(new_name(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn aut_17_passphrases_have_a_shortest_and_a_longest() {
        assert_eq!(new_passphrase("elevenchars"), Err("error-passphrase-short"));
        assert_eq!(new_passphrase("twelve chars"), Ok(()));
        // Twelve characters, not twelve bytes.
        assert_eq!(new_passphrase("ضضضضضضضضضضض"), Err("error-passphrase-short"));
        assert_eq!(new_passphrase(&"x".repeat(1024)), Ok(()));
        assert_eq!(new_passphrase(&"x".repeat(1025)), Err("error-passphrase-long"));
    }

    #[test]
    fn mail_addresses_carry_no_headers() {
        assert_eq!(new_mail(" "), Ok(None));
        assert_eq!(new_mail(" ada@river.example "), Ok(Some("ada@river.example".into())));
        for bad in ["ada", "ada@", "@river.example", "a@b@c.example", "ada@river.example\r\nBcc: x@y.example", "a <a@b.example>"]
        {
            assert!(new_mail(bad).is_err(), "{bad:?}");
        }
    }
}
