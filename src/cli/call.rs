//! `call`: days of action from the command line.

use super::{
    Context,
    collective::find,
    place,
    statement::{self, ContentArgs, EditArgs, NewArgs, PublishArgs},
};
use crate::{
    acts::{proposals, statements::Change},
    db::{self, action_lists::Spot},
    domain::{
        call::Call,
        language::parse_tag,
        names::StatementState,
        place::{City, Place, Precision},
        recurrence::Recurrence,
        time::rfc3339,
        when::When,
    },
    error::{Error, Result},
    feeds::poster::Paper,
    mail,
    text::gazetteer,
    web::public::poster,
};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Most calls listed.
const MAX_LISTED: i64 = 10_000;

/// Call to days of action; publish, postpone, move and cancel calls.
#[derive(Debug, clap::Subcommand)]
pub enum CallCommand {
    /// Save a draft.
    Draft(Box<CallNewArgs>),
    /// Publish a call, or a draft that was saved before, at once or at a later time.
    Publish(Box<CallPublishArgs>),
    /// Change a call; what isn't given stays. What is public becomes a new version.
    Edit(Box<CallEditArgs>),
    /// Say that a call takes place later: with --start on those dates, without at a time that isn't known yet.
    Postpone {
        /// Its address or id.
        id: String,
        #[command(flatten)]
        when: WhenArgs,
        /// What people should know of it.
        #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true, allow_hyphen_values = true)]
        notice: String,
        /// The member who does it, with their own mandate or none; without, it is done as a steward.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
    /// Say that a call doesn't take place. It stays visible as cancelled.
    Cancel {
        /// Its address or id.
        id: String,
        /// What people should know of it.
        #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true, allow_hyphen_values = true)]
        notice: String,
        /// The member who does it, with their own mandate or none; without, it is done as a steward.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
    /// Say that a postponed or cancelled call takes place as it was announced, after all.
    Resume {
        /// Its address or id.
        id: String,
        /// The member who does it, with their own mandate or none; without, it is done as a steward.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
    /// Calls that aren't over, by when they begin.
    List {
        /// Only those of this collective.
        #[arg(long, value_name = "HANDLE")]
        collective: Option<String>,
    },
    /// Write a poster to print (PDF) with a QR code to the call's page.
    Poster {
        /// Its address or id.
        id: String,
        /// The paper: a4 or a3.
        #[arg(long, default_value = "a4")]
        size: Paper,
        /// The language of the dates (BCP 47); without, that of the text.
        #[arg(long, value_name = "TAG")]
        lang: Option<String>,
        /// With the actions in this city: a name, or a number from `place find`.
        #[arg(long, value_name = "NAME")]
        city: Option<String>,
        /// The country, two letters, where several cities have the name.
        #[arg(long, value_name = "COUNTRY", default_value = "", hide_default_value = true)]
        country: String,
        /// The file to write.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// One call whole.
    Show {
        /// Its address or id.
        id: String,
    },
}

#[derive(Debug, Clone, clap::Args)]
pub struct WhenArgs {
    /// The first day (2027-01-25), or when it begins (2027-01-25T14:00, with --zone).
    #[arg(long, value_name = "WHEN")]
    pub start: Option<String>,
    /// The last day, or when it ends; without, one day, or no end.
    #[arg(long, value_name = "WHEN")]
    pub end: Option<String>,
    /// The time zone of hours, such as Europe/Paris; without, that of the city.
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
}

impl WhenArgs {
    /// What was given, over what there is; `None` where nothing was given. Hours without a zone are in that of the city.
    pub fn over(&self, before: Option<&When>, of_city: Option<&str>) -> Result<Option<When>> {
        if self.start.is_none() && self.end.is_none() && self.zone.is_none() {
            return Ok(None);
        }
        let (start, end, zone) = before.map(When::typed).unwrap_or_default();
        // A new start without an end has none: the old one may lie before it.
        let end = if self.start.is_some() { String::new() } else { end };
        let given = |value: &Option<String>, before: String| value.clone().unwrap_or(before);
        let mut zone = given(&self.zone, zone);
        if let Some(of_city) = of_city.filter(|_| zone.is_empty() && self.start.is_some()) {
            // Days need none and pass it over.
            of_city.clone_into(&mut zone);
        }
        let when = When::parse(&given(&self.start, start), &given(&self.end, end), &zone);
        when.map(Some).map_err(|(field, message)| Error::invalid(field, message))
    }
}

#[derive(Debug, clap::Args)]
pub struct DatesArgs {
    #[command(flatten)]
    pub when: WhenArgs,
    /// By which rule it comes back (RFC 5545): FREQ=YEARLY, or `FREQ=DAILY;UNTIL=20270201` for every night; an empty text takes it away.
    #[arg(long, value_name = "RULE")]
    pub recurrence: Option<String>,
    /// What supporters can do, in Markdown.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub supporters: Option<String>,
    /// true: people without an instance may propose actions under it, by a form and a mail; needs mail to be set up.
    #[arg(long, value_name = "WORD")]
    pub open_to_all: Option<bool>,
    #[command(flatten)]
    pub place: PlaceArgs,
}

#[derive(Debug, clap::Args)]
pub struct PlaceArgs {
    /// What people call the place.
    #[arg(long, value_name = "TEXT")]
    pub place: Option<String>,
    /// Street and number.
    #[arg(long, value_name = "TEXT")]
    pub address: Option<String>,
    /// The city or town: a name, with its country behind a comma where several have it (“Valencia, VE”), or a number from
    /// `place find`.
    #[arg(long, value_name = "NAME")]
    pub city: Option<String>,
    /// The country, two letters.
    #[arg(long, value_name = "COUNTRY")]
    pub country: Option<String>,
    /// How exactly the place is told: exact, district or ask (“write to us”). Without: exact.
    #[arg(long)]
    pub precision: Option<Precision>,
    /// At no place of its own: everywhere. So it is without any of the above.
    #[arg(long, conflicts_with_all = ["place", "address", "city", "country", "precision"])]
    pub everywhere: bool,
}

impl DatesArgs {
    fn over(self, ctx: &Context, before: Option<Call>) -> Result<Option<Call>> {
        if self.open_to_all == Some(true) && !mail::is_set_up(&ctx.state.settings) {
            return Err(Error::invalid("open_to_all", "error-call-open-mail"));
        }
        let city = self.place.city()?;
        let when = self.when.over(before.as_ref().map(|call| &call.when), zone_of(city.as_ref()))?;
        let mut call = match (before, when) {
            (Some(call), when) => Call { when: when.unwrap_or(call.when), ..call },
            (None, Some(when)) => Call::new(when),
            (None, None) => return Err(Error::invalid("start", "error-when-start-empty")),
        };
        call.place = self.place.over(call.place.take(), city);
        if let Some(rule) = &self.recurrence {
            let read = || Recurrence::parse(rule).map_err(|(field, message)| Error::invalid(field, message));
            call.recurrence = if rule.trim().is_empty() { None } else { Some(read()?) };
        }
        call.open_to_all = self.open_to_all.unwrap_or(call.open_to_all);
        if let Some(supporters) = self.supporters {
            call.supporters = supporters;
        }
        Ok(Some(call))
    }
}

impl PlaceArgs {
    /// The city that was named; without a number where the gazetteer has none of that name.
    ///
    /// # Errors
    /// `Invalid` with the cities that bear the name, where it could be several.
    pub fn city(&self) -> Result<Option<City>> {
        let Some(typed) = &self.city else { return Ok(None) };
        let known = place::named(typed, self.country.as_deref().unwrap_or_default())?;
        Ok(Some(known.unwrap_or_else(|| City { id: 0, name: typed.clone() })))
    }

    /// What was given, over what there is; `None` for everywhere. `city` is what [`Self::city`] gave.
    pub fn over(&self, before: Option<Place>, city: Option<City>) -> Option<Place> {
        let given = [&self.place, &self.address, &self.city, &self.country].iter().any(|part| part.is_some());
        if self.everywhere || (before.is_none() && !given && self.precision.is_none()) {
            return None;
        }
        let mut place = before.unwrap_or_else(|| Place { precision: Precision::Exact, ..Place::default() });
        for (slot, given) in
            [(&mut place.name, &self.place), (&mut place.address, &self.address), (&mut place.country, &self.country)]
        {
            if let Some(text) = given {
                slot.clone_from(text);
            }
        }
        if let Some(city) = city {
            let known = gazetteer::City::by_id(city.id);
            place.country = self.country.clone().or_else(|| known.map(|city| city.country().to_owned())).unwrap_or_default();
            place.city = Some(city);
        }
        place.precision = self.precision.unwrap_or(place.precision);
        Some(place)
    }
}

/// The time zone of a city that the gazetteer has.
pub fn zone_of(city: Option<&City>) -> Option<&'static str> {
    city.and_then(|city| gazetteer::City::by_id(city.id)).map(gazetteer::City::zone)
}

#[derive(Debug, clap::Args)]
pub struct CallNewArgs {
    #[command(flatten)]
    pub dates: DatesArgs,
    /// The collective's handle.
    #[arg(long, value_name = "HANDLE")]
    pub collective: String,
    #[command(flatten)]
    pub content: ContentArgs,
}

#[derive(Debug, clap::Args)]
pub struct CallPublishArgs {
    #[command(flatten)]
    pub dates: DatesArgs,
    /// The collective's handle.
    #[arg(long, value_name = "HANDLE", required_unless_present = "draft")]
    pub collective: Option<String>,
    /// The address or id of a draft that was saved before, in place of a new text.
    #[arg(long, value_name = "ID", conflicts_with_all = ["collective", "file", "title", "start"])]
    pub draft: Option<String>,
    /// Publish at this time (RFC 3339), such as 2026-12-01T18:00:00+01:00.
    #[arg(long, value_name = "TIME")]
    pub schedule: Option<String>,
    /// The member who does it, with their own mandate or none; without, it is done as a steward.
    #[arg(long = "as", value_name = "MEMBER")]
    pub as_member: Option<String>,
    #[command(flatten)]
    pub content: ContentArgs,
}

#[derive(Debug, clap::Args)]
pub struct CallEditArgs {
    #[command(flatten)]
    pub dates: DatesArgs,
    /// Its address or id.
    pub id: String,
    /// Save the change as a working copy; what is public stays.
    #[arg(long)]
    pub save_only: bool,
    /// The member who does it, with their own mandate or none; without, it is done as a steward.
    #[arg(long = "as", value_name = "MEMBER")]
    pub as_member: Option<String>,
    #[command(flatten)]
    pub content: ContentArgs,
}

pub fn run(ctx: &Context, command: CallCommand) -> Result<()> {
    match command {
        CallCommand::Draft(args) => {
            let args = *args;
            let call = args.dates.over(ctx, None)?;
            let new = NewArgs { collective: args.collective, reply_to: None, content: args.content };
            statement::new(ctx, new, call)
        }
        CallCommand::Publish(args) => {
            let args = *args;
            let call = if args.draft.is_some() { None } else { args.dates.over(ctx, None)? };
            let publish = PublishArgs {
                collective: args.collective,
                draft: args.draft,
                schedule: args.schedule,
                reply_to: None,
                as_member: args.as_member,
                content: args.content,
            };
            statement::publish(ctx, publish, call)
        }
        CallCommand::Edit(args) => {
            let args = *args;
            let before = public_or_draft(ctx, &args.id)?;
            let call = args.dates.over(ctx, before)?;
            let edit = EditArgs { id: args.id, save_only: args.save_only, as_member: args.as_member, content: args.content };
            statement::edit(ctx, edit, call)
        }
        CallCommand::Postpone { id, when, notice, as_member } => {
            let change = when.over(None, None)?.map_or(Change::Postpone, Change::Move);
            changed(ctx, &id, change, &notice, as_member.as_deref())
        }
        CallCommand::Cancel { id, notice, as_member } => changed(ctx, &id, Change::Cancel, &notice, as_member.as_deref()),
        CallCommand::Resume { id, as_member } => changed(ctx, &id, Change::Resume, "", as_member.as_deref()),
        CallCommand::List { collective } => list(ctx, collective.as_deref()),
        CallCommand::Poster { id, size, lang, city, country, out } => {
            let city = city.map(|name| place::named(&name, &country)?.ok_or(Error::NotFound)).transpose()?;
            let spot = city.map(|city| Spot::City(city.id));
            let lang = lang.map(|tag| parse_tag(&tag).ok_or_else(|| Error::invalid("language", "error-language"))).transpose()?;
            poster(ctx, &id, size, lang.as_deref(), spot, &out)
        }
        CallCommand::Show { id } => {
            public_or_draft(ctx, &id)?.ok_or(Error::NotFound)?;
            statement::show(ctx, &id)
        }
    }
}

/// The call as its working copy has it.
fn public_or_draft(ctx: &Context, id: &str) -> Result<Option<Call>> {
    let id = statement::id_of(ctx, id)?;
    let content = ctx.state.db.read_blocking(|conn| db::statements::current_draft(conn, &id))?.content.into_inner();
    content.call.map(Some).ok_or(Error::Conflict("error-call-none"))
}

fn changed(ctx: &Context, id: &str, change: Change, notice: &str, as_member: Option<&str>) -> Result<()> {
    let id = statement::id_of(ctx, id)?;
    let by = statement::principal_for(ctx, &id, as_member)?;
    let asked = ctx.state.act_blocking(by, |act| proposals::change_call(act, &id, &change, notice).map(statement::asked))?;
    statement::done_or_asked(ctx, &id, asked)
}

fn poster(ctx: &Context, id: &str, paper: Paper, language: Option<&str>, spot: Option<Spot>, out: &Path) -> Result<()> {
    let id = statement::id_of(ctx, id)?;
    let found = ctx.state.db.read_blocking(|conn| poster::read(conn, &id, spot))?;
    let pdf = found.pdf(&ctx.state.site()?.statement(&id), paper, language, ctx.state.now())?;
    std::fs::write(out, &pdf).map_err(|error| Error::Config(format!("{}: {error}", out.display())))?;
    let file = out.display().to_string();
    ctx.print(json!({ "file": file, "bytes": pdf.len() }), || format!("{file}\n"));
    Ok(())
}

fn list(ctx: &Context, collective: Option<&str>) -> Result<()> {
    let collective = collective.map(|handle| find(ctx, handle)).transpose()?;
    let now = ctx.state.now();
    let found = ctx.state.db.read_blocking(|conn| {
        let ids = db::calls::coming(conn, collective.as_ref().map(|row| row.id.as_str()), now, MAX_LISTED)?;
        ids.iter()
            .map(|id| {
                let row = db::statements::by_id(conn, id)?;
                let content = db::statements::version(conn, id, row.version)?.content.into_inner();
                Ok((row, content))
            })
            .collect::<Result<Vec<_>>>()
    })?;
    let public = found.iter().filter(|(row, _)| row.state == StatementState::Published);
    let list: Vec<Value> = public
        .filter_map(|(row, content)| {
            let call = content.call.as_ref()?;
            let mut value = brief(call, now);
            value["id"] = json!(row.uri);
            value["url"] = json!(row.uri);
            value["title"] = json!(content.title);
            Some(value)
        })
        .collect();
    let line = |one: &Value| {
        let text = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
        format!("{}  {}  {}  {}\n", text("state"), dates(one), text("url"), text("title"))
    };
    ctx.print(list.iter().cloned().collect(), || list.iter().map(line).collect());
    Ok(())
}

/// When a call takes place, as [`brief`] tells it, on one line: `2027-01-25 – 2027-01-31`, `2026-12-10T18:00 (Europe/Lisbon)`.
pub fn dates(brief: &Value) -> String {
    let text = |key: &str| brief[key].as_str().filter(|text| !text.is_empty());
    let (start, end) = (text("start").unwrap_or_default(), text("end").filter(|end| text("start") != Some(end)));
    let end = end.map(|end| format!(" – {end}")).unwrap_or_default();
    let zone = text("zone").map(|zone| format!(" ({zone})")).unwrap_or_default();
    format!("{start}{end}{zone}")
}

/// What a call says of itself: `{start, end, zone, begins, ends, status, state, was, place, supporters, notice, recurrence}`.
pub fn brief(call: &Call, now: crate::domain::Timestamp) -> Value {
    let (start, end, zone) = call.when.typed();
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    json!({
        "start": start, "end": some(end), "zone": some(zone),
        "begins": rfc3339(call.when.begins()), "ends": rfc3339(call.when.ends()), "recurrence": call.recurrence,
        "status": call.status.as_str(), "state": call.state(now).as_str(),
        "was": call.was.map(|was| was.typed().0), "place": call.place.as_ref().map(Place::public), "supporters": call.supporters, "notice": call.notice,
        "open_to_all": call.open_to_all
    })
}
