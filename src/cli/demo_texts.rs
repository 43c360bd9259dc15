//! What the collectives of `communard demo` publish: invented people and places on three instances.
//!
//! Plain data. Must not know how an instance is started or a statement published.

/// One instance on this machine.
pub struct DemoInstance {
    /// Host name without a port; `.localhost` names lead to this machine everywhere.
    pub domain: &'static str,
    pub name: &'static str,
    pub description: &'static str,
    /// BCP 47, the first is the instance's own.
    pub languages: &'static [&'static str],
    pub collectives: &'static [DemoCollective],
}

pub struct DemoCollective {
    pub handle: &'static str,
    pub name: &'static str,
    /// Markdown.
    pub summary: &'static str,
    pub language: &'static str,
    /// IANA name.
    pub time_zone: &'static str,
    /// ISO 3166-1.
    pub country: &'static str,
    /// The one member of the demo who writes for it.
    pub member: &'static str,
    /// Oldest first.
    pub statements: &'static [DemoStatement],
}

pub struct DemoStatement {
    pub title: &'static str,
    pub summary: &'static str,
    /// Markdown.
    pub body: &'static str,
    pub demands: &'static [&'static str],
    pub hashtags: &'static [&'static str],
    pub language: &'static str,
    /// Whether [`PICTURE`] goes with it.
    pub has_picture: bool,
}

/// A picture for one of them, with its description: PNG.
pub const PICTURE: &[u8] = include_bytes!("../../docs/examples/river.png");
pub const PICTURE_ALT: &str = "A drawing: a river winds through green meadows past a small mill with a red roof; poplars on both sides, hills and a low sun behind.";

/// What River Watch adds to its latest statement after the first collectives endorsed it.
pub const ADDED: &str = "We add this after the second flood: no works go on while water stands in the lower fields.";

pub const INSTANCES: &[DemoInstance] = &[
    DemoInstance {
        domain: "river.localhost",
        name: "River",
        description: "The assemblies of the Sella Verde.",
        languages: &["en", "kmr"],
        collectives: &[
            DemoCollective {
                handle: "river-watch",
                name: "River Watch",
                summary: "Farmers, ferry crew, teachers and children along the Sella Verde. We meet under the mill roof, every second Sunday.",
                language: "en",
                time_zone: "Europe/Lisbon",
                country: "PT",
                member: "Ilse",
                statements: &[
                    DemoStatement {
                        title: "The seed house is full: come and take",
                        summary: "Eleven kinds of beans, barley and emmer to share. Exchange day is the first Sunday of each month.",
                        body: include_str!("demo_texts/river_seeds.md"),
                        demands: &["No contract that forbids to keep seed", "Lists of seeds in place of prices"],
                        hashtags: &["Seeds", "Commons"],
                        language: "en",
                        has_picture: false,
                    },
                    DemoStatement {
                        title: "No dam at the Narrow Bend",
                        summary: "The assembly of the Sella Verde refuses the dam, asks for a hearing in the valley, and shows another way.",
                        body: include_str!("demo_texts/river_dam.md"),
                        demands: &[
                            "No permit before a public hearing in the valley",
                            "All papers laid open",
                            "The three small wheels examined as seriously as the dam",
                        ],
                        hashtags: &["SellaVerde", "Water", "NoDam"],
                        language: "en",
                        has_picture: true,
                    },
                ],
            },
            DemoCollective {
                handle: "komuna-cem",
                name: "Komuna Çem",
                summary: "Em li ber avê dijîn û li ser avê diaxivin. Her înî li bin dara gûzê.",
                language: "kmr",
                time_zone: "Europe/Istanbul",
                country: "TR",
                member: "Berfîn",
                statements: &[DemoStatement {
                    title: "Kaniya me nayê firotin",
                    summary: "Komuna Çem kaniya jorîn diparêze û ji hemû koman piştgiriyê dixwaze.",
                    body: include_str!("demo_texts/river_cem.md"),
                    demands: &["Bila av li gund bimîne", "Bila şirket bi me hemûyan re biaxive"],
                    hashtags: &["Av", "Çem"],
                    language: "kmr",
                    has_picture: false,
                }],
            },
        ],
    },
    DemoInstance {
        domain: "mountain.localhost",
        name: "Mountain",
        description: "Asambleas, refugios y hornos de la sierra.",
        languages: &["es", "tr"],
        collectives: &[
            DemoCollective {
                handle: "pena-blanca",
                name: "Asamblea de la Peña Blanca",
                summary: "Pueblos pequeños, puertas abiertas. Nos juntamos el primer domingo de cada mes, en la escuela.",
                language: "es",
                time_zone: "Europe/Madrid",
                country: "ES",
                member: "Nieves",
                statements: &[
                    DemoStatement {
                        title: "El refugio vuelve a estar abierto",
                        summary: "Setenta y cuatro personas arreglaron el refugio de la Peña Blanca. Pedimos que nadie le ponga candado.",
                        body: include_str!("demo_texts/mountain_refuge.md"),
                        demands: &["Ningún candado en el refugio", "Que ayudar a quien camina no sea delito"],
                        hashtags: &["Refugio", "Hospitalidad"],
                        language: "es",
                        has_picture: false,
                    },
                    DemoStatement {
                        title: "La escuela de Valdehaya sigue abierta",
                        summary: "Con once o con doce, la escuela sigue. En otoño queremos juntarnos con otras escuelas pequeñas.",
                        body: include_str!("demo_texts/mountain_school.md"),
                        demands: &["Que no se cierre ninguna escuela por contar cabezas"],
                        hashtags: &["Escuela", "Pueblos"],
                        language: "es",
                        has_picture: false,
                    },
                ],
            },
            DemoCollective {
                handle: "ortak-firin",
                name: "Ortak Fırın",
                summary: "Yukarı Mahalle'nin ortak fırını. Çarşamba ve cumartesi yanar; bank her gün açık.",
                language: "tr",
                time_zone: "Europe/Istanbul",
                country: "TR",
                member: "Elif",
                statements: &[DemoStatement {
                    title: "Fırınımız satılık değil",
                    summary: "Altmış hanenin ekmeğini pişiren ortak fırın satışa çıkarılmak isteniyor. Birlikte hayır diyoruz.",
                    body: include_str!("demo_texts/mountain_bread.md"),
                    demands: &["Satış kararı geri alınsın", "Fırın mahallenin ortak malı olarak kalsın"],
                    hashtags: &["OrtakFırın", "Ekmek"],
                    language: "tr",
                    has_picture: false,
                }],
            },
        ],
    },
    DemoInstance {
        domain: "harbour.localhost",
        name: "Harbour",
        description: "The collectives around the old harbour.",
        languages: &["ar", "en"],
        collectives: &[
            DemoCollective {
                handle: "majlis-al-mina",
                name: "مجلس الميناء القديم",
                summary: "صيادون وعمّال رصيف ونساء ورشة الشباك. نجتمع كل خميس في ساحة المنارة.",
                language: "ar",
                time_zone: "Africa/Tunis",
                country: "TN",
                member: "سلمى",
                statements: &[
                    DemoStatement {
                        title: "مدرسة المساء باقية",
                        summary: "أكثر من ستين شخصًا يتعلّمون في مخزن الحبال القديم. لن نترك المكان.",
                        body: include_str!("demo_texts/harbour_night_school.md"),
                        demands: &["وقف هدم المخزن", "إعطاء المدرسة مكانًا دائمًا في الميناء"],
                        hashtags: &["مدرسة_المساء", "تعليم"],
                        language: "ar",
                        has_picture: false,
                    },
                    DemoStatement {
                        title: "الرصيف الشرقي ليس للبيع",
                        summary: "مئتان وعشرة من أهل الميناء يرفضون بيع الرصيف الشرقي ويدعون البلدية إلى الساحة.",
                        body: include_str!("demo_texts/harbour_boats.md"),
                        demands: &["وقف بيع الرصيف الشرقي", "جلسة علنية في ساحة المنارة"],
                        hashtags: &["الميناء", "البحر"],
                        language: "ar",
                        has_picture: false,
                    },
                ],
            },
            DemoCollective {
                handle: "harbour-kitchen",
                name: "Harbour Kitchen",
                summary: "A kitchen that began with a strike. Six o'clock, the green door.",
                language: "en",
                time_zone: "Africa/Tunis",
                country: "TN",
                member: "Tom",
                statements: &[DemoStatement {
                    title: "A thousand evenings, and the quay stays ours",
                    summary: "The harbour kitchen stands with the fishers of the east quay. Come at six, bring a spoon.",
                    body: include_str!("demo_texts/harbour_kitchen.md"),
                    demands: &["Leave the east quay to those who work on it"],
                    hashtags: &["Harbour", "Solidarity"],
                    language: "en",
                    has_picture: false,
                }],
            },
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{handle, language, statement::StatementContent};

    #[test]
    fn every_text_can_be_published() {
        for instance in INSTANCES {
            assert!(instance.domain.ends_with(".localhost"));
            for collective in instance.collectives {
                assert!(handle::new_handle(collective.handle).is_ok(), "{}", collective.handle);
                for statement in collective.statements {
                    let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
                    let content = StatementContent {
                        title: statement.title.into(),
                        summary: statement.summary.into(),
                        body: statement.body.into(),
                        demands: own(statement.demands),
                        hashtags: own(statement.hashtags),
                        language: statement.language.into(),
                        ..Default::default()
                    };
                    let normal = content.clone().normalised();
                    assert!(normal.publish_faults().is_empty(), "{}", statement.title);
                    assert_eq!((normal.hashtags, normal.demands), (content.hashtags, content.demands));
                    let words = statement.body.split_whitespace().count();
                    assert!((120..=400).contains(&words), "{}: {words}", statement.title);
                }
            }
        }
        let all = INSTANCES.iter().flat_map(|instance| instance.collectives).flat_map(|collective| collective.statements);
        assert!(all.into_iter().any(|statement| language::direction(statement.language) == "rtl"));
    }
}
