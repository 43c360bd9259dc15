//! Languages of texts: BCP 47 tags, and the direction they are written in.

use unic_langid::LanguageIdentifier;

/// Longest tag taken, in characters.
const MAX_TAG: usize = 35;

/// Reads a BCP 47 language tag and gives its canonical form (`pt-br` → `pt-BR`). `None` where it isn't one.
pub fn parse_tag(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_TAG {
        return None;
    }
    let tag: LanguageIdentifier = text.parse().ok()?;
    // The crate also takes four letters for a variant, sorts them to the front and reads them as a script from then on.
    let is_variant = |part: &str| part.len() >= 5 || part.starts_with(|c: char| c.is_ascii_digit());
    if !tag.variants().all(|part| is_variant(part.as_str())) {
        return None;
    }
    (tag.language.as_str() != "und").then(|| tag.to_string())
}

/// `rtl` or `ltr`, for the `dir` attribute of a text in this language.
///
/// From the script if the tag names one, else from the language's usual script (CLDR's likely subtags).
pub fn direction(tag: &str) -> &'static str {
    const RTL_SCRIPTS: &[&str] = &["Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Mand", "Samr", "Rohg"];
    const RTL_LANGUAGES: &[&str] = &[
        "ar", "arc", "arz", "azb", "ckb", "dv", "fa", "glk", "he", "iw", "khw", "ks", "lrc", "mzn", "nqo", "pnb", "prs", "ps",
        "sd", "sdh", "syr", "ug", "ur", "yi",
    ];
    let Ok(tag) = tag.parse::<LanguageIdentifier>() else { return "ltr" };
    let rtl = match tag.script {
        Some(script) => RTL_SCRIPTS.contains(&script.as_str()),
        None => RTL_LANGUAGES.contains(&tag.language.as_str()),
    };
    if rtl { "rtl" } else { "ltr" }
}

/// Languages a writer can pick from: tag and the language's name for itself.
pub const OFFERED: &[(&str, &str)] = &[
    ("ar", "العربية"),
    ("ca", "Català"),
    ("ckb", "کوردیی ناوەندی"),
    ("de", "Deutsch"),
    ("el", "Ελληνικά"),
    ("en", "English"),
    ("es", "Español"),
    ("eu", "Euskara"),
    ("fa", "فارسی"),
    ("fr", "Français"),
    ("he", "עברית"),
    ("hy", "Հայերեն"),
    ("it", "Italiano"),
    ("kmr", "Kurmancî"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("ru", "Русский"),
    ("sv", "Svenska"),
    ("syr", "ܣܘܪܝܝܐ"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("ur", "اردو"),
    ("zh", "中文"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_canonical() {
        assert_eq!(parse_tag("PT-br").as_deref(), Some("pt-BR"));
        assert_eq!(parse_tag("kmr").as_deref(), Some("kmr"));
        assert_eq!(parse_tag("sl-rozaj-1994-biske").as_deref(), Some("sl-1994-biske-rozaj"));
        for bad in ["", "english language", "e", "und", "x'", "sl-za1n-bisk"] {
            assert_eq!(parse_tag(bad), None, "{bad}");
        }
    }

    #[test]
    fn direction_follows_script_before_language() {
        assert_eq!(direction("ar"), "rtl");
        assert_eq!(direction("ku-Arab"), "rtl");
        assert_eq!(direction("kmr"), "ltr");
        assert_eq!(direction("uz-Latn"), "ltr");
    }
}
