//! A statement: a text that a collective stands behind, its parts and their limits.

use super::{call::Call, language, names::StatementForm, report::Report, url::MAX_URL};
use serde::{Deserialize, Serialize};

/// Limits, in characters unless said otherwise. Published in `docs/limits.md`.
pub const MAX_TITLE: usize = 300;
pub const MAX_SUMMARY: usize = 2_000;
pub const MAX_BODY: usize = 200_000;
pub const MAX_DEMANDS: usize = 20;
pub const MAX_DEMAND: usize = 500;
pub const MAX_CONTACT: usize = 300;
pub const MAX_HASHTAGS: usize = 20;
pub const MAX_HASHTAG: usize = 60;
pub const MAX_MENTIONS: usize = 50;
pub const MAX_CONTENT_WARNING: usize = 300;
pub const MAX_REASON: usize = 2_000;
/// Mastodon keeps four attachments and drops the rest.
pub const MAX_IMAGES: usize = 4;
/// As many as there are languages on one wall; each is a file to be fetched.
pub const MAX_POSTERS: usize = 4;
pub const MAX_POSTER_TITLE: usize = 300;
/// Mastodon keeps 1,500 characters of what it writes itself; 10,000 of what it receives.
pub const MAX_ALT: usize = 1_500;
/// A statement whose plain text is longer becomes an `Article`, unless its author chose.
pub const NOTE_LENGTH: usize = 8_000;

/// All that a writer fills in. Kept as JSON in drafts and versions; a member added later has a default.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct StatementContent {
    pub title: String,
    /// One to three sentences that carry the demand and the date; shown by servers that don't show the text.
    pub summary: String,
    /// Markdown (CommonMark with tables and footnotes).
    pub body: String,
    pub demands: Vec<String>,
    /// How to reach the collective about this text: free text.
    pub contact: String,
    /// BCP 47.
    pub language: String,
    /// Without `#`.
    pub hashtags: Vec<String>,
    pub mentions: Vec<Mention>,
    /// Folds the post where set; empty means none.
    pub content_warning: String,
    pub images: Vec<Image>,
    /// PDFs to print.
    pub posters: Vec<Poster>,
    pub form: StatementForm,
    /// Id of the post that it answers, or empty. An answer needs no title and is always a `Note`.
    pub in_reply_to: String,
    /// The post of somebody that it quotes. After the first publication it can be taken out, never exchanged.
    pub quote: Option<Quoted>,
    /// What makes it a call. A statement that was published without stays one without, and a call stays a call.
    pub call: Option<Call>,
    /// What makes it a report of an action, which it answers then.
    pub report: Option<Report>,
}

/// A mentioned actor, resolved by WebFinger when the draft was saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// `user@host` as the writer gave it, without a leading `@`.
    pub handle: String,
    /// The actor's id. Empty until it was resolved.
    #[serde(default)]
    pub actor: String,
    /// The page that a link in the text points to.
    #[serde(default)]
    pub url: String,
    #[serde(default)]
    pub inbox: String,
}

/// A quoted post, looked up when the draft was saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quoted {
    /// As the writer gave it.
    pub address: String,
    /// The post's id. Empty until it was found.
    #[serde(default)]
    pub uri: String,
    /// The page that the link in the text leads to.
    #[serde(default)]
    pub url: String,
    /// Its author's actor id.
    #[serde(default)]
    pub author: String,
    /// The author's own inbox; empty where it is a collective of this instance.
    #[serde(default)]
    pub inbox: String,
}

/// An image of ours, with its text for those who don't see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    pub media_id: String,
    pub alt: String,
}

/// A PDF of ours, with what people read before they open it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poster {
    pub media_id: String,
    pub title: String,
}

/// A rule that a content breaks: the form field, and the Fluent id that says it to a person.
pub type Fault = (&'static str, &'static str);

impl StatementContent {
    /// Brings fields to their one form: trimmed, `#` and `@` off, empty demands dropped, NUL and other
    /// control characters gone, doubles removed.
    pub fn normalised(mut self) -> Self {
        for text in [&mut self.title, &mut self.contact, &mut self.content_warning] {
            *text = one_line(text);
        }
        self.summary = clean(&self.summary).trim().to_owned();
        self.body = clean(&self.body.replace("\r\n", "\n")).trim_end().to_owned();
        self.demands = self.demands.iter().map(|d| one_line(d)).filter(|d| !d.is_empty()).collect();
        let mut seen = std::collections::HashSet::new();
        self.hashtags = self
            .hashtags
            .iter()
            .map(|tag| tag.chars().filter(|c| c.is_alphanumeric() || *c == '_').collect::<String>())
            .filter(|tag| !tag.is_empty() && seen.insert(tag.to_lowercase()))
            .collect();
        let mut seen = std::collections::HashSet::new();
        self.mentions.retain_mut(|mention| {
            mention.handle = mention.handle.trim().trim_start_matches('@').to_owned();
            !mention.handle.is_empty() && seen.insert(mention.handle.to_lowercase())
        });
        if let Some(quote) = &mut self.quote {
            quote.address = quote.address.trim().to_owned();
        }
        for poster in &mut self.posters {
            poster.title = one_line(&poster.title);
        }
        self.quote = self.quote.filter(|quote| !quote.address.is_empty());
        self.call = self.call.map(Call::normalised);
        if let Some(tag) = language::parse_tag(&self.language) {
            self.language = tag;
        }
        self
    }

    /// Rules that hold for a draft already: sizes. A draft may be empty.
    pub fn draft_faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut check = |long: bool, field, message| {
            if long {
                faults.push((field, message))
            }
        };
        check(len(&self.title) > MAX_TITLE, "title", "error-title-long");
        check(len(&self.summary) > MAX_SUMMARY, "summary", "error-summary-long");
        check(len(&self.body) > MAX_BODY, "body", "error-body-long");
        check(self.demands.len() > MAX_DEMANDS, "demands", "error-demands-many");
        check(self.demands.iter().any(|d| len(d) > MAX_DEMAND), "demands", "error-demand-long");
        check(len(&self.contact) > MAX_CONTACT, "contact", "error-contact-long");
        check(self.hashtags.len() > MAX_HASHTAGS, "hashtags", "error-hashtags-many");
        check(self.hashtags.iter().any(|t| len(t) > MAX_HASHTAG), "hashtags", "error-hashtag-long");
        check(self.mentions.len() > MAX_MENTIONS, "mentions", "error-mentions-many");
        check(len(&self.content_warning) > MAX_CONTENT_WARNING, "content_warning", "error-warning-long");
        check(self.quote.as_ref().is_some_and(|quote| quote.address.len() > MAX_URL), "quote", "error-quote-address");
        check(self.images.len() > MAX_IMAGES, "images", "error-images-many");
        check(self.images.iter().any(|i| len(&i.alt) > MAX_ALT), "images", "error-alt-long");
        check(self.posters.len() > MAX_POSTERS, "posters", "error-posters-many");
        check(self.posters.iter().any(|poster| len(&poster.title) > MAX_POSTER_TITLE), "posters", "error-poster-title-long");
        check(!self.language.is_empty() && language::parse_tag(&self.language).is_none(), "language", "error-language");
        faults.extend(self.call.iter().flat_map(Call::faults));
        faults
    }

    /// Rules for publishing: those of a draft, and that it says something in a named language.
    pub fn publish_faults(&self) -> Vec<Fault> {
        let mut faults = self.draft_faults();
        let mut check = |missing: bool, field, message| {
            if missing {
                faults.push((field, message))
            }
        };
        check(self.title.is_empty() && self.in_reply_to.is_empty(), "title", "error-title-empty");
        check(self.call.is_some() && !self.in_reply_to.is_empty(), "start", "error-call-answer");
        let about = self.report.as_ref().is_some_and(|report| report.of != self.in_reply_to);
        check(about, "attendance", "error-report-action");
        let place = self.call.as_ref().and_then(|call| call.place.as_ref());
        faults.extend(place.into_iter().flat_map(|place| place.publish_faults()).filter(|fault| fault.1 == "error-place-empty"));
        let mut check = |missing: bool, field, message| {
            if missing {
                faults.push((field, message))
            }
        };
        check(self.body.trim().is_empty(), "body", "error-body-empty");
        check(self.language.is_empty(), "language", "error-language-empty");
        check(self.images.iter().any(|i| i.alt.trim().is_empty()), "images", "error-alt-empty");
        check(self.posters.iter().any(|poster| poster.title.is_empty()), "posters", "error-poster-title-empty");
        check(self.mentions.iter().any(|m| m.actor.is_empty()), "mentions", "error-mention-unresolved");
        check(self.quote.as_ref().is_some_and(|quote| quote.uri.is_empty()), "quote", "error-quote-unresolved");
        faults
    }

    /// The form it is published in. `plain_length` is the length of the rendered text in characters.
    pub fn published_form(&self, plain_length: usize) -> StatementForm {
        match self.form {
            _ if self.call.is_some() => StatementForm::Event,
            _ if !self.in_reply_to.is_empty() => StatementForm::Note,
            StatementForm::Auto if plain_length > NOTE_LENGTH => StatementForm::Article,
            StatementForm::Auto | StatementForm::Event => StatementForm::Note,
            chosen => chosen,
        }
    }
}

fn len(text: &str) -> usize {
    text.chars().count()
}

/// Drops control characters except newline and tab (PostgreSQL refuses NUL; feeds refuse the others).
pub fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || *c == '\n' || *c == '\t').collect()
}

/// `clean`, on one line and trimmed.
pub fn one_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn content() -> StatementContent {
        StatementContent { title: "No dam".into(), body: "We refuse.".into(), language: "en".into(), ..Default::default() }
    }

    #[test]
    fn a_statement_needs_title_text_and_language() {
        assert!(content().publish_faults().is_empty());
        let faults = StatementContent::default().publish_faults();
        assert_eq!(faults.iter().map(|f| f.0).collect::<Vec<_>>(), ["title", "body", "language"]);
    }

    #[test]
    fn long_texts_become_articles_unless_the_author_chose() {
        assert_eq!(content().published_form(NOTE_LENGTH), StatementForm::Note);
        assert_eq!(content().published_form(NOTE_LENGTH + 1), StatementForm::Article);
        let chosen = StatementContent { form: StatementForm::Note, ..content() };
        assert_eq!(chosen.published_form(NOTE_LENGTH + 1), StatementForm::Note);
    }

    #[test]
    fn dates_make_it_a_call_and_wrong_ones_are_named_in_a_draft_already() {
        use super::super::when::When;
        let call = |start: &str, end: &str| Call::new(When::Days { first: start.parse().unwrap(), last: end.parse().unwrap() });
        let right = StatementContent { call: Some(call("2027-01-25", "2027-02-01")), ..content() };
        assert!(right.publish_faults().is_empty());
        assert_eq!(right.published_form(1), StatementForm::Event);
        let wrong = StatementContent { call: Some(call("2027-02-01", "2027-01-25")), ..content() };
        assert_eq!(wrong.draft_faults(), [("end", "error-when-order")]);
        let answer = StatementContent { in_reply_to: "https://hill.example/1".into(), ..right };
        assert_eq!(answer.publish_faults(), [("start", "error-call-answer")]);
    }

    #[test]
    fn hashtags_and_mentions_lose_signs_and_doubles() {
        let content = StatementContent { hashtags: vec!["#River".into(), "river".into(), "# ".into()], ..content() }.normalised();
        assert_eq!(content.hashtags, ["River"]);
    }

    proptest! {
        #[test]
        fn normalising_is_idempotent(title in ".{0,60}", body in "(?s).{0,200}", demand in ".{0,60}", tag in ".{0,20}") {
            let once = StatementContent { title, body, demands: vec![demand], hashtags: vec![tag], ..content() }.normalised();
            prop_assert_eq!(once.clone().normalised(), once);
        }
    }
}
