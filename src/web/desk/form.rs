//! The writing form: every field exactly as typed, so that it can come back filled whatever went wrong, and the
//! [`StatementContent`] that it means. Pure: knows neither HTTP nor the database.

use super::call_form::CallForm;
use crate::domain::{
    Timestamp, language,
    report::{Attendance, Report},
    statement::{Image, MAX_IMAGES, MAX_POSTERS, Mention, Poster, Quoted, StatementContent},
};

/// What stands in the form, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WriteForm {
    pub title: String,
    pub summary: String,
    pub body: String,
    /// One per line.
    pub demands: String,
    pub contact: String,
    /// A tag from the list, or empty.
    pub language: String,
    /// A tag typed by hand; goes before the list.
    pub language_other: String,
    pub hashtags: String,
    pub mentions: String,
    /// Address of a post that it quotes.
    pub quote: String,
    pub content_warning: String,
    /// `auto`, `note` or `article`.
    pub form: String,
    pub images: [ImageSlot; MAX_IMAGES],
    pub posters: [ImageSlot; MAX_POSTERS],
    /// `2026-11-22`, as `<input type=date>` gives it.
    pub schedule_date: String,
    /// `18:30`, as `<input type=time>` gives it.
    pub schedule_time: String,
    /// Which saved copy the writer began with ([`base_of`]); empty where there was none.
    pub base: String,
    /// What makes it a call.
    pub call: CallForm,
    /// Whether it is a report, and how many came, as typed.
    pub report: bool,
    pub attendance: String,
}

/// One of the places for an image or a poster, whose title stands where an image has its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImageSlot {
    /// Empty where no image is in it yet.
    pub media_id: String,
    pub alt: String,
    pub remove: bool,
}

impl WriteForm {
    /// The form for a text that was saved before.
    pub fn of(content: &StatementContent, base: String) -> Self {
        let mut images: [ImageSlot; MAX_IMAGES] = Default::default();
        for (slot, image) in images.iter_mut().zip(&content.images) {
            *slot = ImageSlot { media_id: image.media_id.clone(), alt: image.alt.clone(), remove: false };
        }
        let mut posters: [ImageSlot; MAX_POSTERS] = Default::default();
        for (slot, poster) in posters.iter_mut().zip(&content.posters) {
            *slot = ImageSlot { media_id: poster.media_id.clone(), alt: poster.title.clone(), remove: false };
        }
        let mut form = Self {
            title: content.title.clone(),
            summary: content.summary.clone(),
            body: content.body.clone(),
            demands: content.demands.join("\n"),
            contact: content.contact.clone(),
            hashtags: content.hashtags.iter().map(|tag| format!("#{tag}")).collect::<Vec<_>>().join(" "),
            mentions: content.mentions.iter().map(|m| format!("@{}", m.handle)).collect::<Vec<_>>().join("\n"),
            quote: content.quote.as_ref().map_or_else(String::new, |quote| quote.address.clone()),
            content_warning: content.content_warning.clone(),
            form: content.form.as_str().to_owned(),
            images,
            posters,
            base,
            call: CallForm::of(content.call.as_ref()),
            report: content.report.is_some(),
            attendance: content.report.as_ref().and_then(|report| report.attendance).map_or_else(String::new, Attendance::typed),
            ..Self::default()
        };
        form.put_language(&content.language);
        form
    }

    /// Chooses a language: from the list where it is there, else as typed by hand.
    pub fn put_language(&mut self, tag: &str) {
        let offered = language::OFFERED.iter().any(|(known, _)| *known == tag);
        let (list, other) = if offered { (tag, "") } else { ("", tag) };
        (self.language, self.language_other) = (list.to_owned(), other.to_owned());
    }

    /// Puts one field of a submitted form in its place. Unknown names are ignored (AUT-05).
    pub fn put(&mut self, name: &str, value: String) {
        match name {
            "title" => self.title = value,
            "summary" => self.summary = value,
            "body" => self.body = value,
            "demands" => self.demands = value,
            "contact" => self.contact = value,
            "language" => self.language = value,
            "language_other" => self.language_other = value,
            "hashtags" => self.hashtags = value,
            "mentions" => self.mentions = value,
            "quote" => self.quote = value,
            "content_warning" => self.content_warning = value,
            "form" => self.form = value,
            "schedule_date" => self.schedule_date = value,
            "schedule_time" => self.schedule_time = value,
            "base" => self.base = value,
            "attendance" => self.attendance = value,
            _ if self.call.put(name, &value) => {}
            _ => {
                let Some((of, n, part)) = file_field(name) else { return };
                let slot = self.slot(of, n);
                match part {
                    "media" => slot.media_id = value,
                    "alt" | "title" => slot.alt = value,
                    "remove" => slot.remove = true,
                    _ => {}
                }
            }
        }
    }

    /// A place for a file, from 0.
    pub fn slot(&mut self, of: Files, n: usize) -> &mut ImageSlot {
        match of {
            Files::Images => &mut self.images[n],
            Files::Posters => &mut self.posters[n],
        }
    }

    /// What the form means. `known` are mentions that were looked up before: they keep what was found.
    pub fn content(&self, known: &[Mention]) -> StatementContent {
        let language = if self.language_other.trim().is_empty() { &self.language } else { &self.language_other };
        StatementContent {
            title: self.title.clone(),
            summary: self.summary.replace("\r\n", "\n"),
            body: self.body.clone(),
            demands: self.demands.lines().map(demand).collect(),
            contact: self.contact.clone(),
            language: language.trim().to_owned(),
            hashtags: self.hashtags.split(separates).filter(|tag| !tag.is_empty()).map(str::to_owned).collect(),
            mentions: self
                .mentions
                .split(separates)
                .map(|handle| handle.trim_start_matches('@'))
                .filter(|handle| !handle.is_empty())
                .map(|handle| match known.iter().find(|m| m.handle.eq_ignore_ascii_case(handle)) {
                    Some(mention) => mention.clone(),
                    None => Mention { handle: handle.to_owned(), actor: String::new(), url: String::new(), inbox: String::new() },
                })
                .collect(),
            content_warning: self.content_warning.clone(),
            // What a text answers is fixed when it is begun, and no field.
            in_reply_to: String::new(),
            quote: Some(Quoted {
                address: self.quote.trim().to_owned(),
                uri: String::new(),
                url: String::new(),
                author: String::new(),
                inbox: String::new(),
            }),
            images: self
                .images
                .iter()
                .filter(|slot| !slot.media_id.is_empty() && !slot.remove)
                .map(|slot| Image { media_id: slot.media_id.clone(), alt: slot.alt.trim().to_owned() })
                .collect(),
            posters: self
                .posters
                .iter()
                .filter(|slot| !slot.media_id.is_empty() && !slot.remove)
                .map(|slot| Poster { media_id: slot.media_id.clone(), title: slot.alt.trim().to_owned() })
                .collect(),
            form: self.form.parse().unwrap_or_default(),
            call: self.call.call(None),
            report: None,
        }
        .normalised()
    }

    /// As [`WriteForm::content`], with what was found before of the quoted post where its address is the same.
    pub fn content_after(&self, before: Option<&StatementContent>) -> StatementContent {
        let content = self.content(before.map_or(&[], |before| &before.mentions));
        let known = before.and_then(|before| before.quote.clone());
        let same = |quote: Quoted| match known {
            Some(known) if known.address == quote.address || known.uri == quote.address => known,
            _ => quote,
        };
        let call = self.call.call(before.and_then(|before| before.call.as_ref()));
        // What can't be read leaves what was saved before.
        let report = before.and_then(|before| before.report.clone()).map(|report| match Attendance::parse(&self.attendance) {
            Ok(attendance) => Report { attendance, ..report },
            Err(_) => report,
        });
        StatementContent { quote: content.quote.map(same), call, report, ..content }.normalised()
    }

    /// All texts but the title, for a look at them.
    pub fn texts(&self) -> [&str; 7] {
        [&self.summary, &self.body, &self.demands, &self.contact, &self.hashtags, &self.mentions, &self.content_warning]
    }

    /// Whether nothing at all was filled in.
    pub fn is_empty(&self) -> bool {
        let texts = [
            &self.title,
            &self.summary,
            &self.body,
            &self.demands,
            &self.contact,
            &self.hashtags,
            &self.mentions,
            &self.quote,
            &self.content_warning,
        ];
        texts.iter().all(|text| text.trim().is_empty())
            && self.images.iter().chain(&self.posters).all(|slot| slot.media_id.is_empty() && slot.alt.trim().is_empty())
    }
}

/// Names one saved copy exactly: an autosave takes the place of the one before it under the same number, so the number alone
/// wouldn't show that somebody saved meanwhile.
pub fn base_of(n: i32, saved_at: Timestamp) -> String {
    format!("{n}.{}", saved_at.and_utc().timestamp_micros())
}

/// The two kinds of files of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files {
    Images,
    Posters,
}

impl Files {
    /// What the faults of a place go by; its fields' names begin with it.
    pub fn field(self, slot: usize) -> String {
        match self {
            Self::Images => format!("image-{}", slot + 1),
            Self::Posters => format!("poster-{}", slot + 1),
        }
    }
}

/// `image-2-alt` → (images, 1, "alt"). `None` for other names and for places that don't exist.
pub fn file_field(name: &str) -> Option<(Files, usize, &str)> {
    let (kind, rest) = name.split_once('-')?;
    let (of, most) = match kind {
        "image" => (Files::Images, MAX_IMAGES),
        "poster" => (Files::Posters, MAX_POSTERS),
        _ => return None,
    };
    let (n, part) = rest.split_once('-')?;
    let n: usize = n.parse().ok()?;
    (1..=most).contains(&n).then(|| (of, n - 1, part))
}

/// Arabic and Chinese writers type their own comma.
fn separates(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | ';' | '،' | '、' | '，')
}

/// A line of the demands: people type the list signs themselves.
fn demand(line: &str) -> String {
    let line = line.trim();
    line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")).or_else(|| line.strip_prefix("• ")).unwrap_or(line).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::names::StatementForm;
    use proptest::prelude::*;

    fn put_all(fields: &[(&str, &str)]) -> WriteForm {
        let mut form = WriteForm::default();
        for (name, value) in fields {
            form.put(name, (*value).to_owned());
        }
        form
    }

    #[test]
    fn the_form_means_what_was_typed() {
        let content = put_all(&[
            ("title", " No dam "),
            ("body", "We refuse.\r\n\r\nAll of us."),
            ("demands", "- That the works stop\r\n\r\n• That the report is published"),
            ("language", "en"),
            ("language_other", "quc"),
            ("hashtags", "#River, valley،ماء"),
            ("mentions", "@alice@mastodon.example\n@Casa@fiume.example @alice@mastodon.example"),
            ("form", "article"),
            ("role", "steward"),
            ("image-1-media", "m1"),
            ("image-1-alt", "A bridge"),
            ("image-2-media", "m2"),
            ("image-2-remove", "on"),
            ("image-9-media", "m9"),
        ])
        .content(&[]);
        assert_eq!(content.title, "No dam");
        assert_eq!(content.body, "We refuse.\n\nAll of us.");
        assert_eq!(content.demands, ["That the works stop", "That the report is published"]);
        assert_eq!(content.language, "quc");
        assert_eq!(content.hashtags, ["River", "valley", "ماء"]);
        assert_eq!(
            content.mentions.iter().map(|m| m.handle.as_str()).collect::<Vec<_>>(),
            ["alice@mastodon.example", "Casa@fiume.example"]
        );
        assert_eq!(content.form, StatementForm::Article);
        assert_eq!(content.images, [Image { media_id: "m1".into(), alt: "A bridge".into() }]);
    }

    #[test]
    fn mentions_found_before_stay_found() {
        let known = Mention {
            handle: "alice@mastodon.example".into(),
            actor: "https://mastodon.example/users/alice".into(),
            url: String::new(),
            inbox: String::new(),
        };
        let form = put_all(&[("mentions", "@Alice@mastodon.example @bob@mastodon.example")]);
        let mentions = form.content(std::slice::from_ref(&known)).mentions;
        assert_eq!(mentions[0], known);
        assert!(mentions[1].actor.is_empty());
    }

    #[test]
    fn a_form_is_empty_until_something_is_typed() {
        assert!(put_all(&[("language", "en"), ("form", "auto"), ("title", "  ")]).is_empty());
        assert!(!put_all(&[("image-1-alt", "A bridge")]).is_empty());
    }

    proptest! {
        #[test]
        fn what_was_saved_comes_back_the_same(title in ".{0,40}", body in "(?s).{0,120}", demand in "[a-z ]{0,20}", tag in "[a-zA-Z0-9]{0,9}", alt in "[a-z ]{0,20}") {
            let mut form = put_all(&[("title", &title), ("body", &body), ("demands", &demand), ("hashtags", &tag), ("language", "kmr")]);
            form.images[0] = ImageSlot { media_id: "m".into(), alt, remove: false };
            let content = form.content(&[]);
            prop_assert_eq!(WriteForm::of(&content, String::new()).content(&content.mentions), content);
        }
    }
}
