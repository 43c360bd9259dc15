//! `action report`: what an action was like, from the command line.

use super::{
    Context, action, images,
    statement::{self, ContentArgs},
};
use crate::{
    acts::{Principal, statements},
    domain::{
        report::{Attendance, Report},
        statement::{Image, StatementContent},
    },
    error::{Error, Result},
    media::Purpose,
};

#[derive(Debug, clap::Args)]
pub struct ReportArgs {
    /// The action's address or id.
    #[arg(value_name = "ACTION")]
    pub id: String,
    /// How many came, as a number or a range, such as 200-300.
    #[arg(long, value_name = "RANGE")]
    pub attendance: Option<String>,
    /// A photo; up to four times, each with --alt.
    #[arg(long = "photo", value_name = "FILE")]
    pub photos: Vec<String>,
    /// What can be seen on the photo.
    #[arg(long = "alt", value_name = "TEXT")]
    pub alts: Vec<String>,
    /// Save a draft and publish nothing.
    #[arg(long)]
    pub draft: bool,
    /// The member who does it, with their own mandate or none; without, it is done as a steward.
    #[arg(long = "as", value_name = "MEMBER")]
    pub as_member: Option<String>,
    #[command(flatten)]
    pub content: ContentArgs,
}

pub fn run(ctx: &Context, args: ReportArgs) -> Result<()> {
    let action = action::any(ctx, &args.id)?;
    let collective_id = action.organiser_id.clone().ok_or(Error::NotFound)?;
    let collective = ctx.state.db.read_blocking(|conn| crate::db::collectives::by_id(conn, &collective_id))?;
    let attendance = match &args.attendance {
        Some(typed) => Attendance::parse(typed).map_err(|(field, message)| Error::invalid(field, message))?,
        None => None,
    };
    if args.photos.len() != args.alts.len() {
        return Err(Error::invalid("images", "error-alt-empty"));
    }
    let mut content = args.content.over(ctx, &collective, StatementContent::default())?;
    for (file, alt) in args.photos.iter().zip(&args.alts) {
        let row = images::keep(ctx, &collective, Purpose::Statement, file)?;
        content.images.push(Image { media_id: row.id, alt: alt.trim().to_owned() });
    }
    content.report = Some(Report { of: action.uri.clone(), attendance });
    let row =
        ctx.state.act_blocking(Principal::Console, |act| statements::new_report(act, &collective_id, &action.id, content))?;
    if args.draft {
        return statement::done_or_asked(ctx, &row.id, None);
    }
    statement::publish_draft(ctx, &row.id, true, None, args.as_member.as_deref())
}
