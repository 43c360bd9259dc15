//! `calendar`: calls from calendars of others.

use super::{Context, assembly::principal, collective::find};
use crate::{
    acts::statements::{self, ImportedEvent},
    error::{Error, Result},
    feeds::ical_read::{self, Defaults, MAX_CALENDAR},
    i18n::Lang,
};
use serde_json::{Value, json};
use std::{io::Read, path::PathBuf};

/// Take events of a calendar over.
#[derive(Debug, clap::Subcommand)]
pub enum CalendarCommand {
    /// Save the events of a calendar as drafts of calls. Nothing is published; what can't be taken is named with its reason.
    ///
    /// An event that was taken before makes no second draft: its draft is brought up to date as long as nobody edited it here.
    Import {
        /// The collective's handle.
        #[arg(long, value_name = "HANDLE")]
        collective: String,
        /// The time zone of hours that name none, such as Europe/Paris; without, that of the event's city, else the collective's.
        #[arg(long, value_name = "ZONE")]
        zone: Option<String>,
        /// Say what would become of each event, and save nothing.
        #[arg(long)]
        dry_run: bool,
        /// The member who does it; without, it is done as a steward.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
        /// The calendar (iCalendar); - reads it from standard input.
        file: PathBuf,
    },
}

pub fn run(ctx: &Context, command: CalendarCommand) -> Result<()> {
    let CalendarCommand::Import { collective, zone, dry_run, as_member, file } = command;
    let collective = find(ctx, &collective)?;
    let read = |zone: &str| zone.parse().map_err(|_| Error::invalid("zone", "error-time-zone"));
    let defaults = Defaults {
        given: zone.as_deref().map(read).transpose()?,
        zone: read(&collective.time_zone)?,
        language: collective.language.clone(),
    };
    let calendar = ical_read::read(&bytes(&file)?, &defaults).map_err(|message| Error::invalid("file", message))?;
    let by = principal(ctx, &collective.id, as_member.as_deref())?;
    let taken = calendar.events.iter().filter_map(|one| {
        let event = one.taken.as_ref().ok()?;
        Some(ImportedEvent { uid: one.uid.clone(), sequence: event.sequence, content: event.content.clone() })
    });
    let taken = taken.collect();
    let mut outcomes = ctx.state.act_blocking(by, |act| statements::import(act, &collective.id, taken, dry_run))?.into_iter();
    let lang = Lang::english();
    let (mut drafts, mut refused) = (Vec::new(), Vec::new());
    for one in &calendar.events {
        match &one.taken {
            Ok(event) => {
                let Some(outcome) = outcomes.next() else { continue };
                let uri = outcome.statement.map(|row| row.uri);
                let call = event.content.call.as_ref();
                let (start, end, zone) = call.map(|call| call.when.typed()).unwrap_or_default();
                let place = call.and_then(|call| call.place.as_ref()).map(crate::domain::place::Place::line);
                drafts.push(json!({
                    "id": uri, "url": uri, "line": one.line, "uid": one.uid, "title": event.content.title,
                    "outcome": outcome.imported, "start": start, "end": end, "zone": zone, "place": place,
                    "first_alone": event.first_alone,
                }));
            }
            Err(reason) => {
                let text = lang.text_with(reason.message, &[("detail", &reason.detail)]);
                refused.push(json!({
                    "line": one.line, "uid": one.uid, "title": one.title, "reason": reason.message, "text": text,
                }));
            }
        }
    }
    let text = || {
        let part = |one: &Value, key: &str| one[key].as_str().unwrap_or_default().to_owned();
        let drafts = drafts.iter().map(|one| {
            let alone = if one["first_alone"] == true { lang.text("import-first-alone") } else { String::new() };
            let outcome = lang.text(&format!("import-{}", part(one, "outcome")));
            format!("{outcome}  {}  {}  {}  {alone}", part(one, "start"), part(one, "title"), part(one, "url"))
                .trim_end()
                .to_owned()
                + "\n"
        });
        let refused = refused.iter().map(|one| {
            let line = lang.text_with("desk-calendar-line", &[("line", &one["line"].as_i64().unwrap_or_default())]);
            format!("{line}: {}: {}\n", part(one, "title"), part(one, "text"))
        });
        let left = (calendar.left > 0).then(|| format!("{}\n", lang.text_with("import-left", &[("count", &calendar.left)])));
        drafts.chain(refused).chain(left).collect()
    };
    ctx.print(json!({ "drafts": drafts, "refused": refused, "left": calendar.left, "dry_run": dry_run }), text);
    Ok(())
}

/// No more of the file than shows that it is too large.
fn bytes(file: &std::path::Path) -> Result<Vec<u8>> {
    let wrong = |e: std::io::Error| Error::Config(format!("{}: {e}", file.display()));
    let most = MAX_CALENDAR as u64 + 1;
    let mut bytes = Vec::new();
    if file.as_os_str() == "-" {
        std::io::stdin().take(most).read_to_end(&mut bytes).map_err(wrong)?;
    } else {
        std::fs::File::open(file).map_err(wrong)?.take(most).read_to_end(&mut bytes).map_err(wrong)?;
    }
    Ok(bytes)
}
