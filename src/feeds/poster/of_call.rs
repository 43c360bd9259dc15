//! What a poster says of a call: in the language that is asked for, as far as we speak it; what was written stays as it was written.

use super::{Entry, Paper, Poster, dates::Dates};
use crate::{
    domain::{
        Timestamp,
        action::ActionContent,
        call::{CallState, CallStatus},
        country, language,
        place::Place,
        statement::StatementContent,
    },
    i18n::Lang,
};

/// A call, and the actions of a town where one is chosen.
pub struct Told<'a> {
    pub content: &'a StatementContent,
    pub collective: &'a str,
    /// Its page.
    pub url: &'a str,
    pub paper: Paper,
    /// BCP 47; without, that of the text.
    pub language: Option<&'a str>,
    /// The town's name, or empty.
    pub town: &'a str,
    pub actions: &'a [ActionContent],
    /// How many there are beside these.
    pub beyond: usize,
    pub now: Timestamp,
}

/// `None` where it is no call.
pub fn poster(told: &Told) -> Option<Poster> {
    let call = told.content.call.as_ref()?;
    let tag = told.language.unwrap_or(&told.content.language);
    let (dates, words) = (Dates::of(tag), Lang::by_tag(tag));
    let say = |id: &str| words.map_or_else(String::new, |lang| lang.text(id));
    let when = call.at(told.now);
    let state = call.state(told.now);
    let (first, last) = when.days();
    let dated = !matches!(state, CallState::Postponed | CallState::Cancelled);
    let standing = told.actions.iter().filter(|action| action.status != CallStatus::Cancelled);
    Some(Poster {
        paper: told.paper,
        rtl: language::direction(tag) == "rtl",
        language: told.content.language.clone(),
        kicker: say("call-kicker"),
        title: told.content.title.clone(),
        first: if dated { dates.leaf(first) } else { Default::default() },
        last: (last != first).then(|| dates.leaf(last)),
        when: if dated { dates.when(&when, true) } else { String::new() },
        place: call.place.as_ref().map_or_else(|| say("call-everywhere"), |place| whole(&place.public(), words)),
        // Nobody comes in vain for want of a word in their language.
        warning: words.unwrap_or_else(Lang::english).call_change(call).unwrap_or_default(),
        town: told.town.to_owned(),
        actions: standing.map(|action| entry(action, dates)).collect(),
        words,
        beyond: told.beyond,
        collective: told.collective.to_owned(),
        scan: say("poster-scan"),
        url: told.url.to_owned(),
    })
}

fn entry(action: &ActionContent, dates: Dates) -> Entry {
    Entry {
        when: dates.when(&action.when, false),
        what: action.title.clone(),
        place: action.place.as_ref().map_or_else(String::new, |place| place.public().line()),
    }
}

/// With its country where we know what it is called.
fn whole(place: &Place, words: Option<Lang>) -> String {
    let named = |code: &str| words.map(|lang| lang.text(&format!("country-{}", code.to_ascii_lowercase())));
    let country = country::parse(&place.country).and_then(named);
    [Some(place.line()), country].into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}
