//! `collective`: adding one, looking at them, changing what one says about itself.

use super::{Context, images, resolve};
use crate::{
    acts::{
        Principal,
        collectives::{self, NewCollective, Profile},
        keys::NewKeys,
        moves,
    },
    db::{
        self,
        collectives::{CollectiveRow, ProfileField},
    },
    domain::{Site, consent::PolicyScope},
    error::Result,
    media::Purpose,
};
use serde_json::{Value, json};

/// Add a collective, look at them, change what one says about itself.
#[derive(Debug, clap::Subcommand)]
pub enum CollectiveCommand {
    /// Add a collective to this instance.
    Add(AddArgs),
    /// All collectives of this instance.
    List,
    /// One collective whole.
    Show {
        /// The part before the @.
        handle: String,
    },
    /// Change what a collective says about itself; what isn't given stays. Its followers' servers are told.
    Edit(EditArgs),
    /// Move a collective to an account elsewhere: its followers' servers are told, and it publishes nothing here any more.
    Move(MoveArgs),
}

#[derive(Debug, clap::Args)]
pub struct MoveArgs {
    /// The part before the @.
    pub handle: String,
    /// The account that it moves to; that one must name this one among its other addresses.
    #[arg(long, value_name = "ADDRESS", required_unless_present = "undo")]
    pub to: Option<String>,
    /// Take a move back: it publishes here again. Followers that went along stay there.
    #[arg(long, conflicts_with = "to")]
    pub undo: bool,
}

#[derive(Debug, clap::Args)]
pub struct AddArgs {
    /// The part before the @; it can never be changed.
    pub handle: String,
    /// The collective's name, as people read it.
    #[arg(long)]
    pub name: String,
    /// The language it writes in, such as en or ar. Default: the instance's first.
    #[arg(long, value_name = "TAG", alias = "lang")]
    pub language: Option<String>,
    /// Who you are, in Markdown.
    #[arg(long, default_value = "")]
    pub summary: String,
    /// An address such as https://river.example.
    #[arg(long, default_value = "")]
    pub website: String,
    /// How to reach the collective.
    #[arg(long, default_value = "")]
    pub contact: String,
    /// Such as Europe/Lisbon.
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub time_zone: String,
}

#[derive(Debug, clap::Args)]
pub struct EditArgs {
    /// The part before the @.
    pub handle: String,
    /// The collective's name, as people read it.
    #[arg(long)]
    pub name: Option<String>,
    /// The language it writes in, such as en or ar.
    #[arg(long, value_name = "TAG", alias = "lang")]
    pub language: Option<String>,
    /// Who you are, in Markdown.
    #[arg(long)]
    pub summary: Option<String>,
    /// An address such as https://river.example; an empty text takes it away.
    #[arg(long)]
    pub website: Option<String>,
    /// How to reach the collective.
    #[arg(long)]
    pub contact: Option<String>,
    /// The country where it is, as a code of two letters (ISO 3166-1) such as PT; an empty text takes it away.
    #[arg(long, value_name = "CODE")]
    pub country: Option<String>,
    /// Such as Europe/Lisbon.
    #[arg(long, value_name = "ZONE")]
    pub time_zone: Option<String>,
    /// A picture that stands for the collective, cut to a square; an empty text takes it away.
    #[arg(long, value_name = "FILE")]
    pub icon: Option<String>,
    /// What the icon shows. Default: the collective's name.
    #[arg(long, value_name = "TEXT")]
    pub icon_alt: Option<String>,
    /// The picture above the profile; an empty text takes it away.
    #[arg(long, value_name = "FILE")]
    pub header: Option<String>,
    /// What the header picture shows.
    #[arg(long, value_name = "TEXT")]
    pub header_alt: Option<String>,
    /// A line of the profile; may be given several times. All lines are replaced by those given here.
    #[arg(long = "field", value_name = "NAME=VALUE")]
    pub fields: Vec<String>,
    /// Another address of the same collective (alsoKnownAs), for moving here; may be given several times.
    #[arg(long = "alias", value_name = "ACTOR")]
    pub aliases: Vec<String>,
    /// Whether members decide who may follow.
    #[arg(long, value_name = "true|false")]
    pub approve_followers: Option<bool>,
    /// Whether only the number of followers is public.
    #[arg(long, value_name = "true|false")]
    pub hide_followers: Option<bool>,
    /// Who may quote its statements without being asked: everybody, followers, following (whom it follows itself) or nobody.
    #[arg(long, value_name = "WHO")]
    pub quotes: Option<PolicyScope>,
    /// Whether all others may ask to quote, and members decide.
    #[arg(long, value_name = "true|false")]
    pub review_quotes: Option<bool>,
}

pub fn run(ctx: &Context, command: CollectiveCommand) -> Result<()> {
    let site = ctx.state.site()?;
    match command {
        CollectiveCommand::Add(args) => {
            let input = NewCollective {
                handle: args.handle,
                name: args.name,
                language: args.language.unwrap_or_else(|| site.languages.first().cloned().unwrap_or_default()),
                summary: args.summary,
                website: args.website,
                contact: args.contact,
                time_zone: args.time_zone,
            };
            let keys = NewKeys::generate()?;
            let row = ctx.state.act_blocking(Principal::Console, |act| collectives::add(act, input, keys))?;
            ctx.print(brief(&row), || format!("{} is at {}", site.handle(&row.handle), row.uri));
        }
        CollectiveCommand::List => {
            let rows = ctx.state.db.read_blocking(db::collectives::list)?;
            ctx.print(rows.iter().map(brief).collect(), || {
                rows.iter().map(|row| format!("{}  {}\n", site.handle(&row.handle), row.name)).collect()
            });
        }
        CollectiveCommand::Show { handle } => show(ctx, &site, &find(ctx, &handle)?)?,
        CollectiveCommand::Move(args) => {
            let row = find(ctx, &args.handle)?;
            let row = match args.to.as_deref().filter(|_| !args.undo) {
                Some(address) => {
                    let target = resolve::fresh_actor(ctx, address)?;
                    ctx.state.act_blocking(Principal::Console, |act| moves::move_to(act, &row.id, &target))?
                }
                None => ctx.state.act_blocking(Principal::Console, |act| moves::undo(act, &row.id))?,
            };
            ctx.print(json!({ "handle": row.handle, "actor": row.uri, "moved_to": row.moved_to }), || match &row.moved_to {
                Some(target) => format!("{} has moved to {target}", row.uri),
                None => format!("{} is at home here again", row.uri),
            });
        }
        CollectiveCommand::Edit(args) => {
            let row = find(ctx, &args.handle)?;
            let profile = changed(ctx, &row, args)?;
            let row = ctx.state.act_blocking(Principal::Console, |act| collectives::edit(act, &row.id, profile))?;
            ctx.print(brief(&row), || format!("{} is changed", row.uri));
        }
    }
    Ok(())
}

/// A collective by its handle, with or without the `@` or the domain.
pub(super) fn find(ctx: &Context, handle: &str) -> Result<CollectiveRow> {
    let site = ctx.state.site()?;
    let handle = handle.trim_start_matches('@');
    let handle = handle.strip_suffix(&format!("@{}", site.domain)).unwrap_or(handle).to_owned();
    ctx.state.db.read_blocking(|conn| db::collectives::by_handle(conn, &handle))
}

fn brief(row: &CollectiveRow) -> Value {
    json!({ "handle": row.handle, "actor": row.uri, "url": row.uri, "name": row.name })
}

fn show(ctx: &Context, site: &Site, row: &CollectiveRow) -> Result<()> {
    let (followers, statements) = ctx.state.db.read_blocking(|conn| {
        Ok((db::follows::count_followers(conn, &row.id)?, db::statements::count_published(conn, Some(&row.id))?))
    })?;
    let address = |id: &Option<String>| -> Result<Option<String>> {
        let Some(id) = id else { return Ok(None) };
        let file = ctx.state.db.read_blocking(|conn| db::media::by_id(conn, id))?.file_name;
        Ok(Some(site.media(&file)))
    };
    let value = json!({
        "icon": address(&row.icon_media_id)?, "icon_alt": row.icon_alt,
        "header": address(&row.header_media_id)?, "header_alt": row.header_alt,
        "handle": row.handle, "actor": row.uri, "url": row.uri, "name": row.name, "summary": row.summary,
        "language": row.language, "time_zone": row.time_zone, "website": row.website, "contact": row.contact, "country": row.country,
        "fields": *row.fields, "aliases": *row.also_known_as, "approve_followers": row.approve_followers,
        "hide_followers": row.hide_followers, "quotes": row.quote_policy.as_str(), "review_quotes": row.review_quotes, "moved_to": row.moved_to, "followers": followers, "statements": statements
    });
    ctx.print(value, || {
        format!(
            "{}\n{}\n{}\nlanguage {}, time zone {}\n{followers} followers, {statements} statements\n",
            row.name,
            site.handle(&row.handle),
            row.uri,
            row.language,
            row.time_zone
        )
    });
    Ok(())
}

fn changed(ctx: &Context, row: &CollectiveRow, args: EditArgs) -> Result<Profile> {
    let mut profile = Profile::from(row.clone());
    let put = |slot: &mut String, value: Option<String>| {
        if let Some(value) = value {
            *slot = value;
        }
    };
    put(&mut profile.name, args.name);
    put(&mut profile.language, args.language);
    put(&mut profile.summary, args.summary);
    put(&mut profile.website, args.website);
    put(&mut profile.contact, args.contact);
    put(&mut profile.country, args.country);
    put(&mut profile.time_zone, args.time_zone);
    picture(ctx, row, Purpose::Icon, args.icon, &mut profile.icon_media_id, &mut profile.icon_alt)?;
    picture(ctx, row, Purpose::Header, args.header, &mut profile.header_media_id, &mut profile.header_alt)?;
    put(&mut profile.icon_alt, args.icon_alt);
    put(&mut profile.header_alt, args.header_alt);
    if !args.fields.is_empty() {
        let fields = args.fields.iter().map(|field| {
            let (name, value) = field.split_once('=').ok_or_else(|| super::option_form("--field", "Meets=Thursdays at seven"))?;
            Ok(ProfileField { name: name.to_owned(), value: value.to_owned() })
        });
        profile.fields = fields.collect::<Result<_>>()?;
    }
    if !args.aliases.is_empty() {
        profile.also_known_as = args.aliases;
    }
    profile.approve_followers = args.approve_followers.unwrap_or(profile.approve_followers);
    profile.quotes.automatic = args.quotes.unwrap_or(profile.quotes.automatic);
    profile.quotes.review = args.review_quotes.unwrap_or(profile.quotes.review);
    profile.hide_followers = args.hide_followers.unwrap_or(profile.hide_followers);
    Ok(profile)
}

/// Puts another picture in its place, whose text begins empty; an empty file name takes it away.
fn picture(
    ctx: &Context,
    row: &CollectiveRow,
    purpose: Purpose,
    file: Option<String>,
    id: &mut Option<String>,
    alt: &mut String,
) -> Result<()> {
    let Some(file) = file else { return Ok(()) };
    *id = if file.is_empty() { None } else { Some(images::keep(ctx, row, purpose, &file)?.id) };
    alt.clear();
    Ok(())
}
