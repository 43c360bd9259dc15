//! Dates on posters in languages that the interface doesn't speak: the names of months, and how day, month and year stand together.

use crate::{domain::when::When, i18n::Lang};
use chrono::{Datelike, NaiveDate, NaiveDateTime};

/// Tag; the twelve months; how they stand with day and year.
const MONTHS: &[(&str, [&str; 12], Order)] = &[
    (
        "ckb",
        [
            "کانوونی دووەم",
            "شوبات",
            "ئازار",
            "نیسان",
            "ئایار",
            "حوزەیران",
            "تەممووز",
            "ئاب",
            "ئەیلوول",
            "تشرینی یەکەم",
            "تشرینی دووەم",
            "کانوونی یەکەم",
        ],
        Order::Plain,
    ),
    (
        "de",
        ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"],
        Order::Ordinal,
    ),
    (
        "es",
        [
            "enero",
            "febrero",
            "marzo",
            "abril",
            "mayo",
            "junio",
            "julio",
            "agosto",
            "septiembre",
            "octubre",
            "noviembre",
            "diciembre",
        ],
        Order::Of,
    ),
    (
        "fa",
        ["ژانویه", "فوریه", "مارس", "آوریل", "مه", "ژوئن", "ژوئیه", "اوت", "سپتامبر", "اکتبر", "نوامبر", "دسامبر"],
        Order::Plain,
    ),
    (
        "fr",
        ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
        Order::Plain,
    ),
    (
        "it",
        [
            "gennaio",
            "febbraio",
            "marzo",
            "aprile",
            "maggio",
            "giugno",
            "luglio",
            "agosto",
            "settembre",
            "ottobre",
            "novembre",
            "dicembre",
        ],
        Order::Plain,
    ),
    (
        "ku",
        [
            "Rêbendan",
            "Reşemî",
            "Adar",
            "Avrêl",
            "Gulan",
            "Pûşper",
            "Tîrmeh",
            "Gelawêj",
            "Rezber",
            "Kewçêr",
            "Sermawez",
            "Berfanbar",
        ],
        Order::Plain,
    ),
    (
        "pt",
        [
            "janeiro",
            "fevereiro",
            "março",
            "abril",
            "maio",
            "junho",
            "julho",
            "agosto",
            "setembro",
            "outubro",
            "novembro",
            "dezembro",
        ],
        Order::Of,
    ),
    (
        "tr",
        ["Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim", "Kasım", "Aralık"],
        Order::Plain,
    ),
];

#[derive(Clone, Copy)]
enum Order {
    /// `25 Ocak 2027`
    Plain,
    /// `25. Januar 2027`
    Ordinal,
    /// `25 de enero de 2027`
    Of,
}

/// How a language writes dates.
#[derive(Clone, Copy)]
pub struct Dates(Kind);

#[derive(Clone, Copy)]
enum Kind {
    /// A language of the interface.
    Lang(Lang),
    Months(&'static str, &'static [&'static str; 12], Order),
    /// Bare numbers, the year first.
    Bare,
}

impl Dates {
    /// For a BCP 47 tag.
    pub fn of(tag: &str) -> Self {
        let primary = match tag.split('-').next().unwrap_or(tag) {
            "ku" if tag.contains("-Arab") => "ckb",
            // Kurmanji, under its own tag.
            "kmr" => "ku",
            primary => primary,
        };
        let months =
            || MONTHS.iter().find(|(known, ..)| *known == primary).map(|(tag, names, order)| Kind::Months(tag, names, *order));
        Self(Lang::by_tag(tag).map(Kind::Lang).or_else(months).unwrap_or(Kind::Bare))
    }

    /// The month and the day, for a leaf of a calendar.
    pub fn leaf(self, day: NaiveDate) -> (String, String) {
        match self.0 {
            Kind::Lang(lang) => (lang.month(day), lang.number(i64::from(day.day()))),
            Kind::Months(tag, names, _) => (names[day.month0() as usize].to_owned(), digits(tag, &day.day().to_string())),
            Kind::Bare => (day.format("%Y-%m").to_string(), day.day().to_string()),
        }
    }

    pub fn day(self, day: NaiveDate) -> String {
        match self.0 {
            Kind::Lang(lang) => lang.day(day),
            Kind::Months(tag, names, order) => {
                let (n, month, year) = (day.day(), names[day.month0() as usize], day.year());
                let text = match order {
                    Order::Plain => format!("{n} {month} {year}"),
                    Order::Ordinal => format!("{n}. {month} {year}"),
                    Order::Of => format!("{n} de {month} de {year}"),
                };
                digits(tag, &text)
            }
            Kind::Bare => day.to_string(),
        }
    }

    /// All of it. The zone is left out where the place says it.
    pub fn when(self, when: &When, zone: bool) -> String {
        let (first, last) = when.days();
        let clock = |at: NaiveDateTime| self.digits(&at.format("%H:%M").to_string());
        let text = match *when {
            When::Days { .. } if first == last => self.day(first),
            When::Days { .. } => format!("{} – {}", self.day(first), self.day(last)),
            When::Hours { start, end: None, .. } => format!("{}, {}", self.day(first), clock(start)),
            When::Hours { start, end: Some(end), .. } if first == last => {
                format!("{}, {}–{}", self.day(first), clock(start), clock(end))
            }
            When::Hours { start, end: Some(end), .. } => {
                format!("{}, {} – {}, {}", self.day(first), clock(start), self.day(last), clock(end))
            }
        };
        match when.zone() {
            Some(at) if zone => format!("{text} ({})", at.name().replace('_', " ")),
            _ => text,
        }
    }

    fn digits(self, text: &str) -> String {
        match self.0 {
            Kind::Lang(lang) => lang.digits(text),
            Kind::Months(tag, ..) => digits(tag, text),
            Kind::Bare => text.to_owned(),
        }
    }
}

/// Digits as a language writes them.
fn digits(tag: &str, text: &str) -> String {
    let zero = match tag {
        "fa" => '۰',
        "ckb" => '٠',
        _ => return text.to_owned(),
    };
    let own = |c: char| c.to_digit(10).filter(|_| c.is_ascii()).and_then(|n| char::from_u32(u32::from(zero) + n)).unwrap_or(c);
    text.chars().map(own).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_each_language_writes_them() {
        let when = When::parse("2027-01-25", "2027-02-01", "").unwrap();
        for (tag, text) in [
            ("en", "25 January 2027 – 1 February 2027"),
            ("tr", "25 Ocak 2027 – 1 Şubat 2027"),
            ("ku", "25 Rêbendan 2027 – 1 Reşemî 2027"),
            ("de", "25. Januar 2027 – 1. Februar 2027"),
            ("es-CO", "25 de enero de 2027 – 1 de febrero de 2027"),
            ("fa", "۲۵ ژانویه ۲۰۲۷ – ۱ فوریه ۲۰۲۷"),
            ("ckb", "٢٥ کانوونی دووەم ٢٠٢٧ – ١ شوبات ٢٠٢٧"),
            ("ar", "٢٥ يناير ٢٠٢٧ – ١ فبراير ٢٠٢٧"),
            ("kmr", "25 Rêbendan 2027 – 1 Reşemî 2027"),
            ("nv", "2027-01-25 – 2027-02-01"),
        ] {
            assert_eq!(Dates::of(tag).when(&when, true), text, "{tag}");
        }
        let hours = When::parse("2027-01-30T14:00", "16:00", "America/Bogota").unwrap();
        assert_eq!(Dates::of("es").when(&hours, false), "30 de enero de 2027, 14:00–16:00");
        assert_eq!(Dates::of("tr").when(&hours, true), "30 Ocak 2027, 14:00–16:00 (America/Bogota)");
        assert_eq!(Dates::of("fa").leaf(hours.days().0), ("ژانویه".to_owned(), "۳۰".to_owned()));
    }
}
