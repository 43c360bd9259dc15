//! Collectives: adding one, and changing what it says about itself.

use crate::{
    acts::{
        collectives::{self, NewCollective, Profile},
        keys::NewKeys,
        moves,
    },
    db::{
        self,
        collectives::{CollectiveRow, ProfileField},
    },
    domain::language,
    error::{Error, Fault, Result},
    federation::actors,
    state::AppState,
    web::{
        account::{faults_of, form_page},
        collective_pictures,
        csrf::{self, Form},
        i18n::T,
        see_other,
        session::StewardSignedIn,
    },
};
use actix_web::{
    HttpResponse,
    web::{self, Data, Path},
};
use askama::Template;
use serde::Deserialize;

/// What was typed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    handle: String,
    name: String,
    summary: String,
    language: String,
    time_zone: String,
    website: String,
    contact: String,
    country: String,
    approve_followers: String,
    hide_followers: String,
    /// One per line.
    also_known_as: String,
}

/// A collective in the list.
struct Listed {
    row: CollectiveRow,
    /// Address of its picture, or empty.
    icon: String,
}

#[derive(Template)]
#[template(path = "steward/collectives.html")]
struct CollectivesPage {
    t: T,
    csrf: String,
    faults: Vec<Fault>,
    collectives: Vec<Listed>,
    typed: Typed,
    offered: Vec<(String, String)>,
}

fn offered() -> Vec<(String, String)> {
    language::OFFERED.iter().map(|(tag, name)| ((*tag).to_owned(), (*name).to_owned())).collect()
}

async fn show(t: T, state: &AppState, me: &StewardSignedIn, typed: Typed, faults: Vec<Fault>) -> Result<HttpResponse> {
    let collectives = state
        .db
        .read(|conn| {
            let rows = db::collectives::list(conn)?;
            rows.into_iter()
                .map(|row| Ok((db::public::file_name(conn, row.icon_media_id.as_deref())?, row)))
                .collect::<Result<Vec<_>>>()
        })
        .await?;
    let collectives = collectives.into_iter().map(|(icon, row)| Listed { icon: t.media(&icon), row }).collect();
    let page = CollectivesPage { t, csrf: me.csrf().to_owned(), faults, collectives, typed, offered: offered() };
    form_page(&page, &page.faults)
}

pub async fn page(t: T, state: Data<AppState>, me: StewardSignedIn) -> Result<HttpResponse> {
    let typed = Typed { language: t.lang.to_owned(), ..Default::default() };
    show(t, &state, &me, typed, Vec::new()).await
}

pub async fn add(t: T, state: Data<AppState>, me: StewardSignedIn, form: Form<Typed>) -> Result<HttpResponse> {
    let typed = form.value;
    let input = NewCollective {
        handle: typed.handle.clone(),
        name: typed.name.clone(),
        language: typed.language.clone(),
        ..Default::default()
    };
    // Making keys takes a while: not inside the transaction.
    let keys = web::block(NewKeys::generate).await.map_err(Error::internal)??;
    match state.act(me.principal(), move |act| collectives::add(act, input, keys)).await {
        Ok(row) => Ok(see_other(&t.url(format!("/steward/collectives/{}", row.handle)))),
        Err(error) => show(t, &state, &me, typed, faults_of(error)?).await,
    }
}

#[derive(Template)]
#[template(path = "steward/collective.html")]
struct CollectivePage {
    t: T,
    csrf: String,
    faults: Vec<Fault>,
    handle: String,
    address: String,
    heading: String,
    typed: Profile,
    fields: Vec<ProfileField>,
    /// One per line.
    aliases: String,
    /// The account that it moved to, or empty; and one that was typed.
    moved_to: String,
    to: String,
    countries: Vec<(String, String)>,
    offered: Vec<(String, String)>,
    /// Addresses of its pictures, or empty.
    icon: String,
    header: String,
}

pub(super) async fn show_one(
    t: T,
    state: &AppState,
    me: &StewardSignedIn,
    row: &CollectiveRow,
    typed: Profile,
    faults: Vec<Fault>,
) -> Result<HttpResponse> {
    let mut fields = typed.fields.clone();
    // Two empty lines to fill in, as far as there may be so many.
    let lines = (fields.len() + 2).min(collectives::MAX_FIELDS);
    fields.resize(lines.max(fields.len()), ProfileField { name: String::new(), value: String::new() });
    let (icon, header) = collective_pictures::files(state, &typed).await?;
    let (icon, header) = (t.media(&icon), t.media(&header));
    let page = CollectivePage {
        icon,
        header,
        csrf: me.csrf().to_owned(),
        faults,
        handle: row.handle.clone(),
        address: state.site()?.handle(&row.handle),
        heading: row.name.clone(),
        aliases: typed.also_known_as.join("\n"),
        moved_to: row.moved_to.clone().unwrap_or_default(),
        to: String::new(),
        typed,
        fields,
        countries: t.countries(),
        offered: offered(),
        t,
    };
    form_page(&page, &page.faults)
}

pub(super) async fn find(state: &AppState, handle: String) -> Result<CollectiveRow> {
    state.db.read(move |conn| db::collectives::by_handle(conn, &handle)).await
}

pub async fn edit_page(t: T, state: Data<AppState>, me: StewardSignedIn, handle: Path<String>) -> Result<HttpResponse> {
    let row = find(&state, handle.into_inner()).await?;
    show_one(t, &state, &me, &row, Profile::from(row.clone()), Vec::new()).await
}

pub async fn edit(
    t: T,
    state: Data<AppState>,
    me: StewardSignedIn,
    handle: Path<String>,
    form: Form<Typed>,
) -> Result<HttpResponse> {
    let row = find(&state, handle.into_inner()).await?;
    let names = csrf::values(&form.pairs, "field_name");
    let values = csrf::values(&form.pairs, "field_value");
    let fields = names
        .into_iter()
        .zip(values)
        .map(|(name, value)| ProfileField { name: name.trim().to_owned(), value: value.trim().to_owned() })
        .filter(|field| !field.name.is_empty() || !field.value.is_empty())
        .collect();
    let typed = form.value;
    let profile = Profile {
        name: typed.name,
        summary: typed.summary,
        language: typed.language,
        time_zone: typed.time_zone,
        website: typed.website,
        contact: typed.contact,
        country: typed.country,
        fields,
        approve_followers: !typed.approve_followers.is_empty(),
        hide_followers: !typed.hide_followers.is_empty(),
        also_known_as: typed.also_known_as.split_whitespace().map(str::to_owned).collect(),
        ..Profile::from(row.clone())
    };
    let (id, wanted) = (row.id.clone(), profile.clone());
    match state.act(me.principal(), move |act| collectives::edit(act, &id, wanted)).await {
        Ok(_) => Ok(see_other(&t.url("/steward/collectives"))),
        Err(error) => show_one(t, &state, &me, &row, profile, faults_of(error)?).await,
    }
}

#[derive(Deserialize)]
pub struct Relocation {
    #[serde(default)]
    to: String,
    #[serde(default, rename = "do")]
    action: String,
}

/// Moves a collective to another account, or takes that back.
pub async fn relocate(
    t: T,
    state: Data<AppState>,
    me: StewardSignedIn,
    handle: Path<String>,
    form: Form<Relocation>,
) -> Result<HttpResponse> {
    let row = find(&state, handle.into_inner()).await?;
    let id = row.id.clone();
    let done = if form.action == "undo" {
        state.act(me.principal(), move |act| moves::undo(act, &id)).await
    } else {
        match actors::find_fresh(&state, form.to.trim()).await {
            Ok(target) => state.act(me.principal(), move |act| moves::move_to(act, &id, &target)).await,
            Err(Error::NotFound | Error::Upstream(_) | Error::Invalid(_)) => Err(Error::invalid("to", "error-move-nobody")),
            Err(error) => Err(error),
        }
    };
    match done {
        Ok(row) => Ok(see_other(&t.url(format!("/steward/collectives/{}", row.handle)))),
        Err(error) => show_one(t, &state, &me, &row, Profile::from(row.clone()), faults_of(error)?).await,
    }
}
