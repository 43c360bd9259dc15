//! The form of a local action: its fields as typed, and the [`ActionContent`] that they mean. Knows no database.

use crate::{
    domain::{
        action::{ActionContent, ActionKind},
        language,
        place::Place,
    },
    error::Fault,
    web::{i18n::T, when_where::WhenWhere},
};

/// What stands in it, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActionForm {
    pub title: String,
    pub kind: String,
    pub at: WhenWhere,
    pub text: String,
    pub accessibility: String,
    /// Tags that were ticked.
    pub spoken: Vec<String>,
    /// Further ones, as typed: tags with commas.
    pub spoken_other: String,
    pub contact: String,
}

impl ActionForm {
    /// For a new one. The city says the time zone.
    pub fn new() -> Self {
        Self { at: WhenWhere::new(""), ..Self::default() }
    }

    /// For one that there is.
    pub fn of(content: &ActionContent) -> Self {
        let (spoken, other) = content.languages.iter().cloned().partition::<Vec<_>, _>(|tag| is_offered(tag));
        Self {
            title: content.title.clone(),
            kind: content.kind.as_str().to_owned(),
            at: WhenWhere::of(&content.when, content.place.as_ref()),
            text: content.text.clone(),
            accessibility: content.accessibility.clone(),
            spoken,
            spoken_other: other.join(", "),
            contact: content.contact.clone(),
        }
    }

    /// What a form brought; its city is looked up. Unknown names are passed over (AUT-05).
    pub fn read(t: &T, pairs: &[(String, String)]) -> Self {
        let mut form = Self::new();
        for (name, value) in pairs {
            match name.as_str() {
                "title" => form.title.clone_from(value),
                "kind" => form.kind.clone_from(value),
                "text" => form.text.clone_from(value),
                "accessibility" => form.accessibility.clone_from(value),
                "spoken" => form.spoken.push(value.clone()),
                "spoken_other" => form.spoken_other.clone_from(value),
                "contact" => form.contact.clone_from(value),
                name => drop(form.at.put(name, value)),
            }
        }
        form.at.settle(t);
        form
    }

    pub fn speaks(&self, tag: &str) -> bool {
        self.spoken.iter().any(|spoken| spoken == tag)
    }

    /// What it means.
    ///
    /// # Errors
    /// Everything that is wrong with it, each at its field.
    pub fn content(&self) -> Result<ActionContent, Vec<Fault>> {
        let fault = |(field, message): (&str, &'static str)| Fault { field: field.into(), message, args: Vec::new() };
        let mut faults: Vec<Fault> = self.at.place_faults().into_iter().map(fault).collect();
        let others: Vec<&str> = self.spoken_other.split([',', '،', '，', ' ']).filter(|tag| !tag.trim().is_empty()).collect();
        if others.iter().any(|tag| language::parse_tag(tag.trim()).is_none()) {
            faults.push(fault(("spoken_other", "error-spoken-tag")));
        }
        let languages = self.spoken.iter().map(String::as_str).chain(others).map(|tag| tag.trim().to_owned()).collect();
        let when = match self.at.when() {
            Ok(when) => when,
            Err(wrong) => {
                // The city that is still to be chosen says its zone.
                if wrong.0 != "zone" || faults.iter().all(|fault| fault.field != "city") {
                    faults.insert(0, fault(wrong));
                }
                if self.title.trim().is_empty() {
                    faults.insert(0, fault(("title", "error-title-empty")));
                }
                return Err(faults);
            }
        };
        let content = ActionContent {
            title: self.title.clone(),
            kind: self.kind.parse().unwrap_or(ActionKind::Other),
            when,
            place: Some(self.at.place()).filter(|place| *place != Place { precision: place.precision, ..Place::default() }),
            status: Default::default(),
            text: self.text.clone(),
            accessibility: self.accessibility.clone(),
            languages,
            contact: self.contact.clone(),
        }
        .normalised();
        // The languages stand in two fields here, of which the second is where one is taken away.
        let named = |field: &'static str| if field == "language" { "spoken_other" } else { field };
        faults.extend(content.faults().into_iter().map(|(field, message)| fault((named(field), message))));
        if faults.is_empty() { Ok(content) } else { Err(faults) }
    }
}

fn is_offered(tag: &str) -> bool {
    language::OFFERED.iter().any(|(offered, _)| *offered == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(fields: &[(&str, &str)]) -> ActionForm {
        let t = T::of(&actix_web::test::TestRequest::get().uri("/").to_http_request());
        let pairs: Vec<(String, String)> = fields.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        ActionForm::read(&t, &pairs)
    }

    #[test]
    fn an_action_means_what_was_typed_and_comes_back() {
        let form = typed(&[
            ("title", "March from the old bridge"),
            ("kind", "march"),
            ("start", "2027-01-30"),
            ("start_time", "14:00"),
            ("city", "Amed"),
            ("precision", "district"),
            ("place_name", "Sur"),
            ("address", "Old street 3"),
            ("spoken", "kmr"),
            ("spoken", "tr"),
            ("spoken_other", "zza، hyw"),
            ("role", "steward"),
        ]);
        let content = form.content().unwrap();
        assert_eq!(content.when.zone().unwrap().name(), "Europe/Istanbul");
        assert_eq!(content.languages, ["kmr", "tr", "zza", "hyw"]);
        let place = content.place.clone().unwrap();
        assert_eq!((place.line(), place.address.as_str(), place.country.as_str()), ("Sur, Amed".into(), "", "TR"));
        let again = ActionForm::of(&content);
        assert_eq!((again.content().unwrap(), again.speaks("kmr"), again.spoken_other.as_str()), (content, true, "zza, hyw"));
        let online = typed(&[("title", "Talk"), ("start", "2027-01-30"), ("precision", "exact")]);
        assert_eq!(online.content().unwrap().place, None, "nothing was said of a place");
    }

    #[test]
    fn what_is_wrong_stands_at_its_field() {
        let faults = |fields: &[(&str, &str)]| -> Vec<String> {
            typed(fields).content().unwrap_err().into_iter().map(|fault| fault.field).collect()
        };
        assert_eq!(faults(&[]), ["title", "start"]);
        let good = [("title", "March"), ("start", "2027-01-30")];
        for (more, field) in [
            (("city", "Springfield"), "city"),
            (("spoken_other", "the language of the valley!"), "spoken_other"),
            (("spoken_other", "fr en de it es pt ca eu nl pl sv"), "spoken_other"),
            (("start_time", "14:00"), "zone"),
            (("coordinates", "there"), "coordinates"),
        ] {
            assert_eq!(faults(&[&good[..], &[more, ("precision", "exact")]].concat()), [field], "{more:?}");
        }
    }
}
