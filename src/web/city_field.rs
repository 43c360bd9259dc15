//! A field for a city, without a script: people type a name in any script, press “find the city” (or just go on), and choose among
//! the cities that bear it. For the forms of calls and actions.
//!
//! How to use it. The form's struct has `city`, `city_id` and `city_for` (`String`, `#[serde(default)]`); read both
//! what was typed and what is stored by [`CityField::read`]. In the template: `{% import "city_field.html" as city %}` and
//! `{% call city::field(t, faults, field) %}{% endcall %}`. When the button `find_city` was pressed, show the form again and store
//! nothing; else take [`CityField::city`], whose fault means that there are several to choose from, and show the form again with it.
//! [`CityField::found`] gives country, time zone and coordinates of the chosen city, for fields that were left empty.

use super::i18n::T;
use crate::{
    domain::{
        place,
        statement::{Fault, one_line},
    },
    i18n,
    text::gazetteer::{self, City, MAX_HITS},
};

/// `city_id` of a place that the gazetteer doesn't have: the name stands as it was typed.
const AS_TYPED: &str = "0";

/// The field as it is shown.
#[derive(Debug, Default)]
pub struct CityField {
    /// What stands in the box.
    pub typed: String,
    /// The cities to choose from; empty where nothing is to choose.
    pub hits: Vec<Hit>,
    /// The number of the chosen one; `0` is the name as it was typed, empty none.
    pub chosen: String,
    city: Option<place::City>,
}

/// A city to choose.
#[derive(Debug)]
pub struct Hit {
    pub id: String,
    pub name: &'static str,
    /// Region and country in the reader's language.
    pub within: String,
    pub zone: &'static str,
}

impl CityField {
    /// What a form brought. `city_for` is the name for which the choices were shown: a choice counts for no other name. A name that
    /// one city alone has (in the country, where one was chosen), or none, needs no choice.
    pub fn read(t: &T, city: &str, city_id: &str, city_for: &str, country: &str) -> Self {
        let (typed, shown_for) = (one_line(city), one_line(city_for));
        if typed.is_empty() {
            return Self::default();
        }
        let valid = shown_for == typed;
        // Of another city than before, the country is that of the one before.
        let country = if valid || shown_for.is_empty() { country } else { "" };
        let known = city_id.parse().ok().filter(|_| valid).and_then(City::by_id);
        let stored = |hit: City| place::City { name: stored_name(hit, &typed, t.lang), id: hit.id() };
        if let Some(hit) = known {
            return Self { chosen: city_id.to_owned(), city: Some(stored(hit)), hits: hits(t, &[hit]), ..Self::open(typed) };
        }
        let as_typed = |typed: String| Self {
            chosen: AS_TYPED.to_owned(),
            city: Some(place::City { id: 0, name: typed.clone() }),
            ..Self::open(typed)
        };
        if valid && city_id == AS_TYPED {
            return as_typed(typed);
        }
        let found = gazetteer::find(&typed, MAX_HITS, i18n::country_called);
        match found.as_slice() {
            [] => as_typed(typed),
            [only] => {
                Self { chosen: only.id().to_string(), city: Some(stored(*only)), hits: hits(t, &found), ..Self::open(typed) }
            }
            _ => match gazetteer::bearers(&found, &typed, country).as_slice() {
                [only] => {
                    Self { chosen: only.id().to_string(), city: Some(stored(*only)), hits: hits(t, &found), ..Self::open(typed) }
                }
                _ => Self { hits: hits(t, &found), ..Self::open(typed) },
            },
        }
    }

    fn open(typed: String) -> Self {
        Self { typed, ..Default::default() }
    }

    /// The city that was chosen; none where the box is empty.
    pub fn city(&self) -> Result<Option<place::City>, Fault> {
        match &self.city {
            None if !self.typed.is_empty() => Err(("city", "error-city-choose")),
            city => Ok(city.clone()),
        }
    }

    /// What is known of the chosen city.
    pub fn found(&self) -> Option<City> {
        self.city.as_ref().filter(|city| city.id != 0).and_then(|city| City::by_id(city.id))
    }

    /// For the template: who made the data, and where it stands.
    pub fn source_name(&self) -> &'static str {
        gazetteer::SOURCE.0
    }

    pub fn source_url(&self) -> &'static str {
        gazetteer::SOURCE.1
    }
}

/// The name under which a city is kept: as people call it where that is one of its names (“Amed”), else in the reader's language.
fn stored_name(city: City, typed: &str, language: &str) -> String {
    let alone = gazetteer::before_comma(typed);
    if gazetteer::is_name_of(city, alone) { alone.to_owned() } else { city.name_in(language).to_owned() }
}

fn hits(t: &T, cities: &[City]) -> Vec<Hit> {
    let hit = |city: &City| {
        let parts = [city.region().to_owned(), t.country(city.country())];
        Hit {
            id: city.id().to_string(),
            name: city.name_in(t.lang),
            within: parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "),
            zone: city.zone(),
        }
    };
    cities.iter().map(hit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error;
    use askama::Template;

    #[derive(Template)]
    #[template(
        ext = "html",
        source = r#"{% import "city_field.html" as city %}<form>{% call city::field(t, faults, field) %}{% endcall %}</form>"#
    )]
    struct Form {
        t: T,
        faults: Vec<error::Fault>,
        field: CityField,
    }

    fn t() -> T {
        T::of(&actix_web::test::TestRequest::get().uri("/").to_http_request())
    }

    fn names(field: &CityField) -> Option<(u32, String)> {
        field.city().unwrap().map(|city| (city.id, city.name))
    }

    #[test]
    fn a_name_that_one_city_has_needs_no_choice_and_stays_as_people_say_it() {
        let field = CityField::read(&t(), " ئامەد ", "", "", "");
        assert_eq!(names(&field), Some((316_541, "ئامەد".into())));
        assert_eq!(field.found().unwrap().zone(), "Europe/Istanbul");
        assert_eq!(names(&CityField::read(&t(), "", "", "", "")), None);
        // A village that isn't in the data is no mistake.
        let village = CityField::read(&t(), "Upper Mill-on-the-River", "", "", "");
        assert_eq!((names(&village), village.found()), (Some((0, "Upper Mill-on-the-River".into())), None));
    }

    #[test]
    fn several_cities_are_a_choice_which_counts_for_that_name_alone() {
        let field = CityField::read(&t(), "Springfield", "", "", "");
        assert_eq!(field.city().unwrap_err(), ("city", "error-city-choose"));
        assert!(field.hits.len() > 3 && field.hits.iter().any(|hit| hit.within == "Illinois, United States"));
        let illinois = field.hits.iter().find(|hit| hit.within.starts_with("Illinois")).unwrap().id.clone();
        assert_eq!(names(&CityField::read(&t(), "Springfield", &illinois, "Springfield", "")).unwrap().0.to_string(), illinois);
        assert_eq!(names(&CityField::read(&t(), "Springfield", "0", "Springfield", "")), Some((0, "Springfield".into())));
        // Typed anew after the choices were shown.
        assert!(CityField::read(&t(), "Córdoba", &illinois, "Springfield", "").city().is_err());
        assert!(CityField::read(&t(), "Springfield", "nonsense", "Springfield", "").city().is_err());
    }

    #[test]
    fn the_field_can_be_used_without_a_script_and_escapes_what_is_typed() {
        let select =
            |html: &str, css: &str| scraper::Html::parse_fragment(html).select(&scraper::Selector::parse(css).unwrap()).count();
        let page = |field, faults| Form { t: t(), faults, field }.render().unwrap();
        let fault = error::Fault { field: "city".into(), message: "error-city-choose", args: vec![] };
        let html = page(CityField::read(&t(), "Springfield", "", "", ""), vec![fault]);
        assert!(select(&html, "input[type=radio][name=city_id]") > 3, "{html}");
        assert_eq!(select(&html, "input[type=radio][value='0']"), 1);
        assert_eq!(select(&html, "input[name=city_for][value=Springfield]"), 1);
        assert_eq!(select(&html, "button[name=find_city][formnovalidate]"), 1);
        assert_eq!(select(&html, "#e-city"), 1);
        assert_eq!(select(&html, "a[href='https://www.geonames.org/']"), 1);
        let evil = page(CityField::read(&t(), "\"><script>alert(1)</script>", "", "", ""), vec![]);
        assert_eq!(select(&evil, "script"), 0, "{evil}");
        let stored = page(CityField::read(&t(), "Amed", "316541", "Amed", "TR"), vec![]);
        assert_eq!(select(&stored, "input[name=city][value=Amed]"), 1);
        assert_eq!(select(&stored, "input[type=radio][name=city_id][value='316541'][checked]"), 1);
    }
}
