//! `place`: cities and what is known of them, from what is embedded in the program. Needs no instance.

use super::print;
use crate::{
    domain::place,
    error::{Error, Result},
    i18n::{self, Lang},
    text::gazetteer::{self, City, MAX_HITS},
};
use serde_json::json;

/// Places of calls and actions: looking a city up, without asking anybody.
#[derive(Debug, clap::Subcommand)]
pub enum PlaceCommand {
    /// Cities by name, in any script, or by the beginning of their name: Amed, `Paris, US`, القاهرة. The number goes where a command
    /// asks for a city.
    Find {
        /// A city, or how its name begins; behind a comma perhaps a country or a region.
        name: String,
        /// The language (BCP 47) in which names are told where they are known.
        #[arg(long, default_value = "en")]
        language: String,
    },
}

pub fn run(json: bool, command: &PlaceCommand) -> Result<()> {
    let PlaceCommand::Find { name, language } = command;
    let found = gazetteer::find(name, MAX_HITS, i18n::country_called);
    if found.is_empty() {
        return Err(Error::NotFound);
    }
    let list: Vec<_> = found.iter().map(|city| city_json(*city, language)).collect();
    let (source, address) = gazetteer::SOURCE;
    let value = json!({ "cities": list, "source": { "name": source, "url": address, "licence": "CC BY 4.0" } });
    print(json, &value, || {
        let mut text: String = found.iter().map(|city| line(*city, language)).collect();
        text.push_str(&format!("From {source} ({address}), CC BY 4.0.\n"));
        text
    });
    Ok(())
}

/// The city that an option names: by its number, by a name that it alone bears or is by far the largest of, or by a name with its
/// country or region behind a comma. `None` where the gazetteer has none of that name.
///
/// # Errors
/// `Invalid` with those that bear it, where it could be several.
pub fn named(typed: &str, country: &str) -> Result<Option<place::City>> {
    let kept = |city: City, alone: &str| {
        // As people call it, where that is one of its names.
        if gazetteer::is_name_of(city, alone) { city.called(alone) } else { city.chosen("en") }
    };
    if let Some(city) = gazetteer::meant(typed, country) {
        return Ok(Some(city.called(typed)));
    }
    let found = gazetteer::find(typed, MAX_HITS, i18n::country_called);
    match gazetteer::bearers(&found, typed, country).as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(kept(*only, gazetteer::before_comma(typed)))),
        several => {
            let list: Vec<String> = several.iter().map(|city| format!("{} {}", city.id(), within(*city, "en"))).collect();
            Err(Error::invalid_with("city", "error-city-several", "cities", list.join("; ")))
        }
    }
}

fn city_json(city: City, language: &str) -> serde_json::Value {
    let point = city.coordinates();
    json!({
        "id": city.id(),
        "name": city.name_in(language),
        "region": city.region(),
        "country": city.country(),
        "zone": city.zone(),
        "latitude": point.map(|point| point.latitude.get()),
        "longitude": point.map(|point| point.longitude.get()),
        "inhabitants": city.thousands() * 1000,
    })
}

fn line(city: City, language: &str) -> String {
    format!("{:>8}  {} ({})\n", city.id(), within(city, language), city.zone())
}

/// `Valencia, Carabobo, Venezuela`
fn within(city: City, language: &str) -> String {
    let lang = Lang::by_tag(language).unwrap_or_else(Lang::english);
    let country = lang.text(&format!("country-{}", city.country().to_ascii_lowercase()));
    let region = Some(city.region()).filter(|region| !region.is_empty()).map(|region| format!("{region}, ")).unwrap_or_default();
    format!("{}, {region}{country}", city.name_in(language))
}
