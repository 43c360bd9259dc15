//! A report of an action: a statement that answers the action, and says how many came.

use super::statement::Fault;
use serde::{Deserialize, Serialize};

/// Most people that a report may count: more than any demonstration had.
pub const MAX_ATTENDANCE: u32 = 10_000_000;

/// How many came, as those who were there counted: a range, because nobody counts heads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendance {
    pub least: u32,
    pub most: u32,
}

/// What makes a statement a report. Kept as JSON within its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The action's id. Set when the report is begun, never changed.
    pub of: String,
    #[serde(default)]
    pub attendance: Option<Attendance>,
}

impl Attendance {
    /// `None` where the bounds are the wrong way round or larger than [`MAX_ATTENDANCE`].
    pub fn new(least: u32, most: u32) -> Option<Self> {
        (least <= most && most <= MAX_ATTENDANCE).then_some(Self { least, most })
    }

    /// Reads what somebody typed: `250`, `200-300`, `2,000 – 3,000`, `٢٠٠–٣٠٠`; empty is `None`.
    pub fn parse(text: &str) -> Result<Option<Self>, Fault> {
        const WRONG: Fault = ("attendance", "error-attendance");
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let mut bounds = text.split(['-', '–', '—', '−', '‑']).map(number);
        let least = bounds.next().flatten().ok_or(WRONG)?;
        let most = match bounds.next() {
            None => least,
            Some(most) => most.ok_or(WRONG)?,
        };
        if bounds.next().is_some() {
            return Err(WRONG);
        }
        Self::new(least, most).map(Some).ok_or(WRONG)
    }

    /// As a form shows it again.
    pub fn typed(self) -> String {
        if self.least == self.most { self.least.to_string() } else { format!("{}-{}", self.least, self.most) }
    }
}

/// A whole number in digits of Europe, Arabic or Persian, with or without signs between the thousands.
fn number(text: &str) -> Option<u32> {
    let between = |c: char| c.is_whitespace() || matches!(c, ',' | '.' | '\'' | '’' | '٬' | '،');
    let digits: Vec<char> = text.chars().filter(|c| !between(*c)).collect();
    // No number that is allowed has more, and longer ones would only overflow.
    if digits.is_empty() || digits.len() > 9 {
        return None;
    }
    digits.into_iter().try_fold(0_u32, |sum, c| {
        let digit = match c {
            '٠'..='٩' => c as u32 - '٠' as u32,
            '۰'..='۹' => c as u32 - '۰' as u32,
            other => other.to_digit(10)?,
        };
        Some(sum * 10 + digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_read_as_people_type_it() {
        for (typed, least, most) in [
            ("250", 250, 250),
            (" 200-300 ", 200, 300),
            ("2,000 – 3,000", 2_000, 3_000),
            ("2.000—3.000", 2_000, 3_000),
            ("٢٠٠–٣٠٠", 200, 300),
            ("۱۵۰", 150, 150),
            ("0-10000000", 0, MAX_ATTENDANCE),
        ] {
            assert_eq!(Attendance::parse(typed), Ok(Some(Attendance { least, most })), "{typed}");
        }
        assert_eq!(Attendance::parse("  "), Ok(None));
    }

    #[test]
    fn what_is_no_range_is_named() {
        for wrong in ["many", "300-200", "1-2-3", "-5", "5-", "10000001", "99999999999999999999", "2e3", "½"] {
            assert_eq!(Attendance::parse(wrong), Err(("attendance", "error-attendance")), "{wrong}");
        }
    }

    #[test]
    fn what_a_form_shows_is_read_again() {
        for (least, most) in [(0, 0), (7, 7), (200, 300)] {
            let range = Attendance { least, most };
            assert_eq!(Attendance::parse(&range.typed()), Ok(Some(range)));
        }
    }
}
