//! Collectives: adding one, and changing what it says about itself.
//!
//! Must not know pages; what peers see of it is made in `vocab::actor`.

use super::{
    Act, documents,
    keys::{self, NewKeys},
    outbox::{Audience, send},
    setup::{MAX_DESCRIPTION, MAX_NAME},
};
use crate::{
    db::{
        self, DbConn, Json,
        collectives::{CollectiveRow, ProfileField},
    },
    domain::{
        Site, Timestamp,
        consent::{Policy, PolicyScope},
        country,
        handle::new_handle,
        language::parse_tag,
        statement::{Fault, MAX_ALT, MAX_CONTACT, clean, one_line},
        url::parse_remote,
    },
    error::{Error, Result},
    vocab::activity,
};

/// Most lines of a profile; Mastodon shows more of others, but its own people have four.
pub const MAX_FIELDS: usize = 8;
/// Longest name or value of such a line, in characters.
pub const MAX_FIELD: usize = 255;
/// Most other addresses of the same collective (`alsoKnownAs`).
pub const MAX_ALIASES: usize = 10;

/// A collective as somebody filled it in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewCollective {
    pub handle: String,
    pub name: String,
    /// Markdown.
    pub summary: String,
    /// BCP 47.
    pub language: String,
    /// IANA name; empty: UTC.
    pub time_zone: String,
    pub website: String,
    pub contact: String,
}

impl NewCollective {
    /// Brings fields to their one form, or tells every fault (field, Fluent id).
    pub fn checked(self) -> std::result::Result<Self, Vec<Fault>> {
        let mut faults: Vec<Fault> = Vec::new();
        let handle = new_handle(&self.handle).unwrap_or_else(|message| {
            faults.push(("handle", message));
            String::new()
        });
        let profile = Profile {
            name: self.name,
            summary: self.summary,
            language: self.language,
            time_zone: self.time_zone,
            website: self.website,
            contact: self.contact,
            ..Default::default()
        };
        let profile = profile.checked().unwrap_or_else(|found| {
            faults.extend(found);
            Profile::default()
        });
        if !faults.is_empty() {
            return Err(faults);
        }
        let Profile { name, summary, language, time_zone, website, contact, .. } = profile;
        Ok(Self { handle, name, summary, language, time_zone, website, contact })
    }
}

/// All of a collective that can be changed; its handle can't: its address contains it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    pub name: String,
    /// Markdown.
    pub summary: String,
    /// BCP 47.
    pub language: String,
    /// IANA name; empty: UTC.
    pub time_zone: String,
    /// `http(s)` address; empty: none.
    pub website: String,
    pub contact: String,
    /// ISO 3166-1; empty: not said.
    pub country: String,
    pub fields: Vec<ProfileField>,
    pub also_known_as: Vec<String>,
    pub icon_media_id: Option<String>,
    /// What the icon shows; empty: the name says it.
    pub icon_alt: String,
    pub header_media_id: Option<String>,
    pub header_alt: String,
    pub approve_followers: bool,
    pub hide_followers: bool,
    /// Who may quote without being asked, and whether all others may ask.
    pub quotes: Policy,
}

impl From<CollectiveRow> for Profile {
    fn from(row: CollectiveRow) -> Self {
        Self {
            name: row.name,
            summary: row.summary,
            language: row.language,
            time_zone: row.time_zone,
            website: row.website.unwrap_or_default(),
            contact: row.contact,
            country: row.country.unwrap_or_default(),
            fields: row.fields.into_inner(),
            also_known_as: row.also_known_as.into_inner(),
            icon_media_id: row.icon_media_id,
            icon_alt: row.icon_alt,
            header_media_id: row.header_media_id,
            header_alt: row.header_alt,
            approve_followers: row.approve_followers,
            hide_followers: row.hide_followers,
            quotes: Policy { automatic: row.quote_policy, review: row.review_quotes },
        }
    }
}

impl Profile {
    /// Brings fields to their one form, or tells every fault (field, Fluent id).
    pub fn checked(mut self) -> std::result::Result<Self, Vec<Fault>> {
        let mut faults: Vec<Fault> = Vec::new();
        let mut check = |broken: bool, field, message| {
            if broken {
                faults.push((field, message));
            }
        };
        let long = |text: &str, most: usize| text.chars().count() > most;
        self.name = one_line(&self.name);
        check(self.name.is_empty(), "name", "error-name-empty");
        check(long(&self.name, MAX_NAME), "name", "error-name-long");
        self.summary = clean(&self.summary.replace("\r\n", "\n")).trim().to_owned();
        check(long(&self.summary, MAX_DESCRIPTION), "summary", "error-description-long");
        match parse_tag(&self.language) {
            Some(tag) => self.language = tag,
            None if self.language.trim().is_empty() => check(true, "language", "error-language-empty"),
            None => check(true, "language", "error-language"),
        }
        self.time_zone = match self.time_zone.trim() {
            "" => "UTC".to_owned(),
            name => name.to_owned(),
        };
        check(self.time_zone.parse::<chrono_tz::Tz>().is_err(), "time_zone", "error-time-zone");
        self.website = self.website.trim().to_owned();
        check(!self.website.is_empty() && parse_remote(&self.website).is_none(), "website", "error-website");
        for (alt, field) in [(&mut self.icon_alt, "icon_alt"), (&mut self.header_alt, "header_alt")] {
            *alt = one_line(alt);
            check(long(alt, MAX_ALT), field, "error-alt-long");
        }
        self.contact = one_line(&self.contact);
        check(long(&self.contact, MAX_CONTACT), "contact", "error-contact-long");
        self.country = match country::parse(&self.country) {
            Some(code) => code.to_owned(),
            None => {
                check(!self.country.trim().is_empty(), "country", "error-country");
                String::new()
            }
        };
        for field in &mut self.fields {
            field.name = one_line(&field.name);
            field.value = one_line(&field.value);
        }
        self.fields.retain(|field| !field.name.is_empty() && !field.value.is_empty());
        check(self.fields.len() > MAX_FIELDS, "fields", "error-fields-many");
        check(self.fields.iter().any(|f| long(&f.name, MAX_FIELD) || long(&f.value, MAX_FIELD)), "fields", "error-field-long");
        self.also_known_as.iter_mut().for_each(|uri| *uri = uri.trim().to_owned());
        self.also_known_as.retain(|uri| !uri.is_empty());
        check(self.also_known_as.len() > MAX_ALIASES, "also_known_as", "error-aliases-many");
        check(self.also_known_as.iter().any(|uri| parse_remote(uri).is_none()), "also_known_as", "error-website");
        if faults.is_empty() { Ok(self) } else { Err(faults) }
    }
}

/// Adds a collective with its keys. For stewards. The doer, if a member, belongs to it from the start.
///
/// # Errors
/// `Invalid` with every fault (`handle` with `error-handle-taken` too), `Forbidden`.
pub fn add(act: &mut Act, input: NewCollective, keys: NewKeys) -> Result<CollectiveRow> {
    act.may_steward()?;
    let input = input.checked().or_else(|faults| Error::from_faults(faults).map(|()| NewCollective::default()))?;
    let row = insert(act.conn, act.site, &input, keys, act.now)?;
    if let Some(member) = act.by.member_id() {
        db::members::join(act.conn, member, &row.id, act.now)?;
    }
    Ok(row)
}

/// Changes what a collective says about itself and tells its followers with an `Update` of the actor. Its handle stays:
/// its address contains it.
///
/// # Errors
/// `Invalid` with every fault; `NotFound` to members of other collectives.
pub fn edit(act: &mut Act, collective_id: &str, profile: Profile) -> Result<CollectiveRow> {
    if act.may_steward().is_err() {
        act.may_act_for(collective_id)?;
    }
    let was = db::collectives::by_id(act.conn, collective_id)?;
    let profile = profile.checked().or_else(|faults| Error::from_faults(faults).map(|()| Profile::default()))?;
    if profile == Profile::from(was.clone()) {
        return Ok(was);
    }
    for (field, picture) in [("icon", &profile.icon_media_id), ("header", &profile.header_media_id)] {
        if let Some(id) = picture
            && db::media::of_collective(act.conn, collective_id, std::slice::from_ref(id))?.is_empty()
        {
            return Err(Error::invalid(field, "error-image-gone"));
        }
    }
    let row = CollectiveRow {
        name: profile.name,
        summary: profile.summary,
        language: profile.language,
        time_zone: profile.time_zone,
        website: Some(profile.website).filter(|website| !website.is_empty()),
        contact: profile.contact,
        country: Some(profile.country).filter(|code| !code.is_empty()),
        fields: Json::new(profile.fields),
        also_known_as: Json::new(profile.also_known_as),
        icon_media_id: profile.icon_media_id,
        icon_alt: profile.icon_alt,
        header_media_id: profile.header_media_id,
        header_alt: profile.header_alt,
        approve_followers: profile.approve_followers,
        hide_followers: profile.hide_followers,
        quote_policy: profile.quotes.automatic,
        review_quotes: profile.quotes.review,
        updated_at: act.now,
        ..was
    };
    db::collectives::update(act.conn, &row)?;
    let document = documents::collective(act.conn, act.site, &row)?;
    let update = activity::update_actor(&act.site.activity(&act.new_id()), act.now, &document);
    send(act, &update, &row.uri, true, &Audience::followers(&row.id))?;
    Ok(row)
}

/// Writes the rows of a collective whose fields were checked.
pub(super) fn insert(
    conn: &mut DbConn,
    site: &Site,
    input: &NewCollective,
    keys: NewKeys,
    now: Timestamp,
) -> Result<CollectiveRow> {
    match db::collectives::by_handle(conn, &input.handle) {
        Ok(_) => return Err(Error::invalid("handle", "error-handle-taken")),
        Err(Error::NotFound) => {}
        Err(other) => return Err(other),
    }
    let row = CollectiveRow {
        id: uuid::Uuid::now_v7().hyphenated().to_string(),
        uri: site.collective(&input.handle),
        handle: input.handle.clone(),
        name: input.name.clone(),
        summary: input.summary.clone(),
        language: input.language.clone(),
        time_zone: input.time_zone.clone(),
        website: Some(input.website.clone()).filter(|website| !website.is_empty()),
        contact: input.contact.clone(),
        fields: Json::default(),
        also_known_as: Json::default(),
        icon_media_id: None,
        icon_alt: String::new(),
        header_media_id: None,
        header_alt: String::new(),
        approve_followers: false,
        hide_followers: true,
        created_at: now,
        updated_at: now,
        quote_policy: PolicyScope::Everybody,
        review_quotes: true,
        moved_to: None,
        moved_at: None,
        country: None,
    };
    db::collectives::insert(conn, &row)?;
    keys::keep(conn, &row.uri, keys, now)?;
    Ok(row)
}
