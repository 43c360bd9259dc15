//! The setup of an instance: its row, its own actor, the first collective and the first steward, once and for ever.
//!
//! Must not know pages, tokens or how a passphrase is hashed.

use super::{
    collectives::{NewCollective, insert},
    keys::{self, NewKeys},
};
use crate::{
    db::{self, Db, Json, instance::InstanceRow, members::MemberRow},
    domain::{
        Site, Timestamp,
        language::parse_tag,
        names::{MemberState, Role},
        site::new_domain,
        statement::{clean, one_line},
    },
    error::{Error, Fault, Result},
};

/// Longest names of an instance, a collective, a member, in characters.
pub const MAX_NAME: usize = 100;
/// Longest description of an instance or a collective, in characters.
pub const MAX_DESCRIPTION: usize = 5_000;

/// All that the setup asks for.
#[derive(Debug, Clone, Default)]
pub struct SetUp {
    pub name: String,
    pub description: String,
    /// As typed; with a port in local mode only.
    pub domain: String,
    /// BCP 47 tags, the instance's own first. Empty: the first collective's language.
    pub languages: Vec<String>,
    pub collective: NewCollective,
    pub member: FirstMember,
}

/// The first steward, who belongs to the first collective too.
#[derive(Clone, Default)]
pub struct FirstMember {
    pub name: String,
    /// PHC string of argon2id, made by the caller.
    pub passphrase_hash: String,
    /// The language of their pages. Empty: the instance's.
    pub language: String,
    pub mail: Option<String>,
}

/// Hashes are never printed.
impl std::fmt::Debug for FirstMember {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FirstMember").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What the setup became after its checks.
struct Checked {
    instance: InstanceRow,
    site: Site,
    collective: NewCollective,
    member_name: String,
    member_language: String,
}

impl SetUp {
    /// Every fault of what was filled in, so that a form can show them before anything costly is done.
    ///
    /// # Errors
    /// `Invalid` with the fields `name`, `description`, `domain`, `languages`, `collective.…`, `member.name`.
    pub fn check(&self, local: bool) -> Result<()> {
        checked(self.clone(), local, Timestamp::default()).map(|_| ())
    }
}

/// Sets the instance up in one transaction. Keys are made before it, so that it stays short; blocking.
///
/// # Errors
/// `Invalid` as [`SetUp::check`]; `Conflict` where setup was done already, by another process too.
pub fn set_up(db: &Db, now: Timestamp, local: bool, input: SetUp) -> Result<()> {
    let member = input.member.clone();
    let Checked { instance, site, collective, member_name, member_language } = checked(input, local, now)?;
    if db.read_blocking(db::instance::load)?.is_some() {
        return Err(Error::Conflict("error-already-set-up"));
    }
    let (instance_keys, collective_keys) = (NewKeys::generate()?, NewKeys::generate()?);
    db.write_blocking(|conn| {
        if db::instance::load(conn)?.is_some() {
            return Err(Error::Conflict("error-already-set-up"));
        }
        db::instance::insert(conn, &instance)?;
        keys::keep(conn, &site.instance_actor(), instance_keys, now)?;
        let collective = insert(conn, &site, &collective, collective_keys, now)?;
        let row = MemberRow {
            id: uuid::Uuid::now_v7().hyphenated().to_string(),
            name_folded: crate::domain::member::folded(&member_name),
            name: member_name,
            passphrase_hash: member.passphrase_hash,
            mail: member.mail.filter(|mail| !mail.trim().is_empty()),
            language: member_language,
            role: Role::Steward,
            state: MemberState::Active,
            totp_secret: None,
            totp_confirmed_at: None,
            totp_last_step: 0,
            created_at: now,
        };
        db::members::insert(conn, &row)?;
        db::members::join(conn, &row.id, &collective.id, now)
    })
}

fn checked(input: SetUp, local: bool, now: Timestamp) -> Result<Checked> {
    let mut faults: Vec<Fault> = Vec::new();
    let mut fault =
        |field: &str, message: &'static str| faults.push(Fault { field: field.to_owned(), message, args: Vec::new() });
    let name = one_line(&input.name);
    if name.is_empty() {
        fault("name", "error-name-empty");
    } else if name.chars().count() > MAX_NAME {
        fault("name", "error-name-long");
    }
    let description = clean(&input.description.replace("\r\n", "\n")).trim().to_owned();
    if description.chars().count() > MAX_DESCRIPTION {
        fault("description", "error-description-long");
    }
    let (domain, base_url) = new_domain(&input.domain, local).unwrap_or_else(|message| {
        fault("domain", message);
        Default::default()
    });
    let mut languages = Vec::new();
    for text in input.languages.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
        match parse_tag(text) {
            Some(tag) if languages.contains(&tag) => {}
            Some(tag) => languages.push(tag),
            None => fault("languages", "error-language"),
        }
    }
    let member_name = one_line(&input.member.name);
    if member_name.is_empty() {
        fault("member.name", "error-name-empty");
    } else if member_name.chars().count() > MAX_NAME {
        fault("member.name", "error-name-long");
    }
    let collective = match input.collective.checked() {
        Ok(collective) => collective,
        Err(found) => {
            faults.extend(found.into_iter().map(|(field, message)| Fault {
                field: format!("collective.{field}"),
                message,
                args: Vec::new(),
            }));
            NewCollective::default()
        }
    };
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    if languages.is_empty() {
        languages.push(collective.language.clone());
    }
    let site = Site {
        domain,
        base_url,
        name: name.clone(),
        description: description.clone(),
        languages: languages.clone(),
        indexable: true,
    };
    let member_language = parse_tag(&input.member.language).unwrap_or_else(|| languages[0].clone());
    let instance = InstanceRow {
        id: 1,
        domain: site.domain.clone(),
        base_url: site.base_url.clone(),
        name,
        description,
        languages: Json::new(languages),
        set_up_at: now,
    };
    Ok(Checked { instance, site, collective, member_name, member_language })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AppState, config::Settings};

    fn filled_in() -> SetUp {
        SetUp {
            name: "River instance".into(),
            description: String::new(),
            domain: "River.localhost:8081".into(),
            languages: vec!["en".into(), "AR".into(), "en".into()],
            collective: NewCollective {
                handle: "@River".into(),
                name: "River collective".into(),
                language: "es".into(),
                ..Default::default()
            },
            member: FirstMember { name: "Ada".into(), passphrase_hash: "$argon2id$".into(), ..Default::default() },
        }
    }

    #[test]
    fn setup_makes_the_instance_once() {
        let dir = tempfile::tempdir().unwrap();
        let mut settings = Settings::load_with(None, []).unwrap();
        settings.data.dir = dir.path().join("data");
        let state = AppState::open(settings).unwrap();
        assert!(state.site_if_set_up().is_none());
        state.set_up_blocking(filled_in()).unwrap();
        let site = state.site().unwrap();
        assert_eq!((site.domain.as_str(), site.base_url.as_str()), ("river.localhost:8081", "http://river.localhost:8081"));
        assert_eq!(site.languages, ["en", "ar"]);
        state
            .db
            .read_blocking(|conn| {
                let river = db::collectives::by_handle(conn, "river")?;
                assert_eq!(river.uri, "http://river.localhost:8081/c/river");
                for actor in [river.uri, site.instance_actor()] {
                    let key = db::keys::current(conn, &actor, crate::domain::names::KeyKind::Rsa)?;
                    assert_eq!(key.key_uri, format!("{actor}#main-key"));
                    db::keys::current(conn, &actor, crate::domain::names::KeyKind::Ed25519)?;
                }
                Ok(())
            })
            .unwrap();
        assert!(matches!(state.set_up_blocking(filled_in()), Err(Error::Conflict(_))));
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let Err(Error::Invalid(faults)) = SetUp { domain: "a b".into(), ..Default::default() }.check(true) else {
            panic!("must be refused")
        };
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["name", "domain", "member.name", "collective.handle", "collective.name", "collective.language"]);
    }
}
