//! How deep a JSON text nests, found by counting brackets: before any parser spends stack or memory on it (RES-02).

/// Whether `json` nests at most `most` deep. Says nothing about whether it is JSON.
pub fn is_within(json: &[u8], most: usize) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for &byte in json {
        match (in_string, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (true, b'"') => in_string = false,
            (true, _) => {}
            (false, b'"') => in_string = true,
            (false, b'{' | b'[') => {
                depth += 1;
                if depth > most {
                    return false;
                }
            }
            (false, b'}' | b']') => depth = depth.saturating_sub(1),
            (false, _) => {}
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::is_within;

    #[test]
    fn res_02_counts_brackets_outside_strings() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(is_within(nested(64).as_bytes(), 64));
        assert!(!is_within(nested(65).as_bytes(), 64));
        assert!(!is_within("{\"a\":".repeat(100_000).as_bytes(), 64));
        assert!(is_within(format!("\"{}\"", "[".repeat(100)).as_bytes(), 64));
        assert!(is_within(format!("\"\\\"{}\"", "[".repeat(100)).as_bytes(), 64));
        assert!(!is_within(format!("\"\\\\\"{}", "[".repeat(100)).as_bytes(), 64));
        assert!(is_within("[],".repeat(1_000).as_bytes(), 1));
    }
}
