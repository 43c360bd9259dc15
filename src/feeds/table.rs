//! Comma-separated values (RFC 4180) that no spreadsheet takes for formulas.

/// The content type of the whole.
pub const CONTENT_TYPE: &str = "text/csv; charset=utf-8";

/// One line. What a spreadsheet would take for a formula gets an apostrophe before it, as OWASP advises.
pub fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.into_iter().map(cell).collect();
    cells.join(",") + "\r\n"
}

fn cell(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control() || *c == '\t').collect();
    let begins = text.trim_start().chars().next();
    let formula = matches!(begins, Some('=' | '+' | '-' | '@' | '\t' | '＝' | '＋' | '－' | '＠')) || text.starts_with('\t');
    let text = if formula { format!("'{text}") } else { text };
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_or_ends_its_line() {
        assert_eq!(line(["a", "b \"c\", d", ""]), "\"a\",\"b \"\"c\"\", d\",\"\"\r\n");
        for bad in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "\r\n=1"] {
            let made = line([bad]);
            assert!(made.starts_with("\"'"), "{bad:?}: {made:?}");
            assert_eq!(made.matches('\n').count(), 1, "{made:?}");
        }
    }
}
