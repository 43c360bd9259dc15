//! The call of `communard demo` that is under way, and what collectives do under it: invented people, real cities.
//!
//! Plain data. Must not know how any of it is published.

use crate::domain::action::ActionKind;

/// A call of the demo.
pub struct DemoCall {
    pub collective: &'static str,
    pub title: &'static str,
    pub summary: &'static str,
    pub text: &'static str,
    /// What people can do.
    pub supporters: &'static str,
    /// From today: its first and its last day.
    pub days: (i64, i64),
}

/// The one that is under way.
pub const CALL: DemoCall = DemoCall {
    collective: "river-watch",
    title: "Days for the rivers",
    summary: "A week at springs, bridges and wells, in ten countries. Add what you do where you are.",
    text: "For a week we are where the water is: at springs and wells, on bridges and quays, in kitchens that depend on them. \
           Walk, sing, cook, block a lorry, read aloud. Tell us where, and we stand with you.",
    supporters: "Add what you do where you are. A table with tea at a bridge is an action.",
    days: (-2, 5),
};
/// One that waits.
pub const POSTPONED: DemoCall = DemoCall {
    collective: "harbour-kitchen",
    title: "A night of lanterns on all bridges",
    summary: "One evening, one light on each bridge between the springs and the sea.",
    text: "Bring a jar and a candle. We light them when the last boat is in, and go home when they are out.",
    supporters: "Choose a bridge near you, and tell the neighbours.",
    days: (12, 12),
};
/// What is said of that.
pub const WHY_POSTPONED: &str = "The storm took the footbridge. We say the new date as soon as it stands again.";

pub struct DemoAction {
    pub collective: &'static str,
    pub title: &'static str,
    pub kind: ActionKind,
    /// From today.
    pub day: i64,
    /// By the clocks there; it takes two hours.
    pub hour: u32,
    pub city: &'static str,
    pub country: &'static str,
    pub place: &'static str,
    pub text: &'static str,
    pub accessibility: &'static str,
    pub spoken: &'static [&'static str],
    pub cancelled: bool,
    /// The day for which it was announced first, where that was another.
    pub moved_from: Option<i64>,
    /// How many came, and how it was.
    pub report: Option<(&'static str, &'static str)>,
}

const fn action(
    collective: &'static str,
    title: &'static str,
    kind: ActionKind,
    when: (i64, u32),
    at: (&'static str, &'static str, &'static str),
    spoken: &'static [&'static str],
    text: &'static str,
) -> DemoAction {
    let ((day, hour), (city, country, place)) = (when, at);
    DemoAction {
        collective,
        title,
        kind,
        day,
        hour,
        city,
        country,
        place,
        text,
        accessibility: "",
        spoken,
        cancelled: false,
        moved_from: None,
        report: None,
    }
}

impl DemoAction {
    const fn off(self) -> Self {
        Self { cancelled: true, ..self }
    }

    const fn moved(self, from: i64) -> Self {
        Self { moved_from: Some(from), ..self }
    }

    const fn open(self, accessibility: &'static str) -> Self {
        Self { accessibility, ..self }
    }

    const fn with(self, attendance: &'static str, report: &'static str) -> Self {
        Self { report: Some((attendance, report)), ..self }
    }

    /// Its hours on a day, as the command line takes them: from, until.
    pub fn hours(&self, today: chrono::NaiveDate, day: i64) -> (String, String) {
        let date = today + chrono::TimeDelta::days(day);
        (format!("{date}T{:02}:00", self.hour), format!("{:02}:00", self.hour + 2))
    }
}

use ActionKind::{Assembly, Blockade, Culture, March, Other, Strike, Talk, Vigil};

/// By when they are added, per collective.
pub const ACTIONS: &[DemoAction] = &[
    action(
        "river-watch",
        "Breakfast at the weir",
        Other,
        (-2, 8),
        ("Porto", "PT", "The old weir"),
        &["pt", "en"],
        "Bread is there. Bring a cup.",
    )
    .with("40-60", "We counted cups: there were not enough. An otter came by at nine.")
    .open("No steps; a toilet for wheelchairs in the mill."),
    action(
        "river-watch",
        "Walk from the bridge to the sluice",
        March,
        (-1, 15),
        ("Lisbon", "PT", "Bridge of the mills"),
        &["pt"],
        "Five kilometres, slowly; a cart for children.",
    )
    .with("300-400", "Slow was right. The lorries waited, and two drivers walked with us for a while."),
    action(
        "river-watch",
        "Reading the permit aloud",
        Talk,
        (0, 18),
        ("Coimbra", "PT", "Steps of the town hall"),
        &["pt", "en"],
        "Nine hundred pages. Everybody reads one.",
    )
    .open("The steps have a ramp on the left. Portuguese sign language from seven."),
    action(
        "river-watch",
        "Night watch at the gauge",
        Vigil,
        (1, 21),
        ("Braga", "PT", "The gauge house"),
        &["pt"],
        "With blankets and a stove.",
    ),
    action(
        "river-watch",
        "Swimming lesson for ministers",
        Culture,
        (3, 12),
        ("Setúbal", "PT", "The sand bank"),
        &["pt", "en"],
        "They are invited. The water is cold and honest.",
    )
    .open("A mat leads down to the water."),
    action(
        "komuna-cem",
        "Meş ber bi kaniyê ve",
        March,
        (-2, 11),
        ("Diyarbakır", "TR", "Deriyê Çiyê"),
        &["kmr", "tr"],
        "Em ji deriyê kevn heta kaniyê dimeşin. Av ji bo her kesî ye.",
    )
    .with("1500-2000", "Zarok li pêş bûn. Me bi hev re stran got heta kaniyê.")
    .open("Erebeyek ji bo kesên ku nikarin bimeşin heye."),
    action(
        "komuna-cem",
        "Çay û çîrok li ber çem",
        Culture,
        (-1, 16),
        ("Batman", "TR", "Baxçeyê jêrîn"),
        &["kmr"],
        "Dapîr çîrokên çem dibêjin.",
    )
    .with("80-100", "Sê dapîr, heft çîrok, û kesî nexwest biçe malê."),
    action(
        "komuna-cem",
        "Civîna gundan",
        Assembly,
        (2, 14),
        ("Mardin", "TR", "Hewşa dibistanê"),
        &["kmr", "ar"],
        "Ji her gundî du kes, jin û mêr.",
    ),
    action(
        "komuna-cem",
        "Nobeta li ber tunelê",
        Blockade,
        (1, 6),
        ("Tunceli", "TR", "Devê tunelê"),
        &["kmr", "tr"],
        "Em bêdeng radiwestin.",
    )
    .off(),
    action("komuna-cem", "Govenda avê", Culture, (4, 17), ("Van", "TR", "Qeraxa golê"), &["kmr"], "Yên ku nizanin, hîn dibin.")
        .moved(3),
    action(
        "pena-blanca",
        "Marcha de las fuentes",
        March,
        (-2, 10),
        ("Zaragoza", "ES", "Plaza de la fuente"),
        &["es", "ca"],
        "De fuente en fuente, con cántaros.",
    )
    .with("700-900", "Llegamos con los cántaros llenos y la voz cansada.")
    .open("Recorrido llano; descansamos cada media hora."),
    action(
        "pena-blanca",
        "Asamblea de regantes",
        Assembly,
        (0, 19),
        ("Huesca", "ES", "Casa del pueblo"),
        &["es"],
        "Con niños y sin micrófono.",
    )
    .open("Ascensor, bucle magnético y rincón para niños."),
    action(
        "pena-blanca",
        "Huelga de grifos",
        Strike,
        (1, 12),
        ("Barcelona", "ES", "Delante de la compañía"),
        &["ca", "es"],
        "Una hora sin abrir ninguno.",
    ),
    action(
        "pena-blanca",
        "Coro en la orilla",
        Culture,
        (2, 18),
        ("Toulouse", "FR", "Quai du moulin"),
        &["fr", "es"],
        "On chante dans les deux langues.",
    )
    .open("Quai sans marches, bancs tous les vingt mètres."),
    action(
        "pena-blanca",
        "Veille au barrage",
        Vigil,
        (3, 20),
        ("Lyon", "FR", "Le vieux pont"),
        &["fr"],
        "Soupe chaude, et du silence à dix heures.",
    )
    .off(),
    action(
        "pena-blanca",
        "Lecture au bord de l'eau",
        Talk,
        (4, 15),
        ("Marseille", "FR", "La jetée"),
        &["fr", "ar"],
        "Apportez un texte qui parle d'eau.",
    ),
    action(
        "ortak-firin",
        "Ekmek ve su sofrası",
        Other,
        (-1, 13),
        ("Izmir", "TR", "Fırının önü"),
        &["tr"],
        "Un bizden, su dereden.",
    )
    .with("120-150", "Yüz yirmi ekmek çıktı, kırıntısı kalmadı."),
    action(
        "ortak-firin",
        "Dere boyunca yürüyüş",
        March,
        (0, 10),
        ("Bursa", "TR", "Taş köprü"),
        &["tr"],
        "Yavaş yürüyoruz, yaşlılar önde.",
    ),
    action(
        "ortak-firin",
        "Brot und Wasser",
        Other,
        (2, 12),
        ("Berlin", "DE", "Am Kanal"),
        &["de", "tr"],
        "Wir backen vor Ort. Kommt mit Hunger.",
    )
    .open("Stufenlos. Wir dolmetschen ins Türkische."),
    action(
        "ortak-firin",
        "Lichter auf dem Fluss",
        Vigil,
        (3, 18),
        ("Hamburg", "DE", "Anleger drei"),
        &["de"],
        "Papier, Wachs, kein Plastik.",
    )
    .off(),
    action(
        "ortak-firin",
        "Il pane del fiume",
        Culture,
        (4, 11),
        ("Turin", "IT", "Sotto il ponte di pietra"),
        &["it"],
        "Ognuno porta una ricetta.",
    )
    .moved(2),
    action(
        "majlis-al-mina",
        "مسيرة القوارب",
        March,
        (-2, 16),
        ("Sfax", "TN", "رصيف الصيادين"),
        &["ar"],
        "نخرج بالقوارب معًا، ومن لا قارب له يمشي على الرصيف.",
    )
    .with("400-600", "خرج أربعون قاربًا وعادت كلها. كانت الأمهات على الرصيف ينشدن."),
    action(
        "majlis-al-mina",
        "مجلس الماء",
        Assembly,
        (0, 17),
        ("Tunis", "TN", "ساحة الميناء"),
        &["ar", "fr"],
        "لكل حيّ صوت، ولكل صوت وقته.",
    )
    .open("المدخل بلا درج، وترجمة إلى لغة الإشارة."),
    action(
        "majlis-al-mina",
        "ليلة الحكايات عند البئر",
        Culture,
        (1, 19),
        ("Gabès", "TN", "البئر القديمة"),
        &["ar"],
        "الشاي علينا والحكايات عليكم.",
    ),
    action("majlis-al-mina", "وقفة عند النهر", Vigil, (2, 17), ("Beirut", "LB", "جسر النهر"), &["ar", "fr"], "نقف ساعة بلا كلام."),
    action(
        "majlis-al-mina",
        "قراءة في سوق الماء",
        Talk,
        (3, 16),
        ("Mosul", "IQ", "السوق العتيق"),
        &["ar", "ckb"],
        "نقرأ أسماء الأنهار التي نعرفها.",
    ),
    action(
        "harbour-kitchen",
        "Soup for everybody who is thirsty",
        Other,
        (-1, 18),
        ("Sousse", "TN", "The green door"),
        &["en", "ar"],
        "Six o'clock. Bring a spoon.",
    )
    .with("200-250", "Two hundred bowls, then we cut the bread thinner. Nobody left hungry.")
    .open("One step at the door, and four people who carry."),
    action(
        "harbour-kitchen",
        "Nets and songs",
        Culture,
        (1, 17),
        ("Thessaloniki", "GR", "The east quay"),
        &["el", "en"],
        "We mend nets and learn each other's songs.",
    ),
    action(
        "harbour-kitchen",
        "Cooking school on the quay",
        Talk,
        (2, 11),
        ("Athens", "GR", "Pier two"),
        &["el", "en"],
        "What can be made of salt water and patience.",
    ),
    action(
        "harbour-kitchen",
        "A table as long as the street",
        Other,
        (4, 19),
        ("Naples", "IT", "Street of the ropes"),
        &["it", "en"],
        "Carry a chair, any chair.",
    )
    .open("The street is level. Ask for the quiet end of the table."),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cli::demo_texts::INSTANCES,
        domain::{language::parse_tag, report::Attendance, when::When},
        text::gazetteer,
    };
    use std::collections::BTreeSet;

    #[test]
    fn thirty_actions_in_ten_countries_can_be_added() {
        assert_eq!(ACTIONS.len(), 30);
        let known: BTreeSet<&str> =
            INSTANCES.iter().flat_map(|instance| instance.collectives).map(|collective| collective.handle).collect();
        // Just after midnight: what has a report has begun, whatever the hour.
        let now = crate::domain::time::parse_rfc3339("2027-06-10T00:30:00Z").unwrap();
        for plan in ACTIONS {
            assert!(known.contains(plan.collective), "{}", plan.collective);
            let city = gazetteer::meant(plan.city, plan.country).unwrap_or_else(|| panic!("{}", plan.city));
            let (start, end) = plan.hours(now.date(), plan.day);
            let when = When::parse(&start, &end, city.zone()).unwrap();
            assert!((CALL.days.0..=CALL.days.1).contains(&plan.day), "{}", plan.title);
            assert!(plan.report.is_none() || (plan.day < 0 && when.begins() < now), "{}", plan.title);
            assert!(plan.report.is_none_or(|(range, _)| Attendance::parse(range).is_ok_and(|range| range.is_some())));
            assert!(plan.spoken.iter().all(|tag| parse_tag(tag).is_some()));
        }
        let countries: BTreeSet<&str> = ACTIONS.iter().filter(|plan| !plan.cancelled).map(|plan| plan.country).collect();
        let kinds: BTreeSet<&str> = ACTIONS.iter().map(|plan| plan.kind.as_str()).collect();
        let count = |fits: fn(&DemoAction) -> bool| ACTIONS.iter().filter(|plan| fits(plan)).count();
        assert!(countries.len() == 10 && kinds.len() == ActionKind::ALL.len(), "{countries:?} {kinds:?}");
        assert!(count(|plan| plan.cancelled) == 3 && count(|plan| plan.moved_from.is_some()) == 2);
        assert!(count(|plan| plan.report.is_some()) > 5 && count(|plan| !plan.accessibility.is_empty()) > 10);
    }
}
