//! What a statement says, as options of a command.

use super::{
    super::{images, resolve},
    Context,
};
use crate::{
    acts::consents::quote,
    db::collectives::CollectiveRow,
    domain::{
        names::StatementForm,
        statement::{Image, Mention, Poster, StatementContent},
    },
    error::{Error, Result},
    media::Purpose,
};
use std::{io::Read, path::Path};

/// Most bytes read as a text: more than any statement may have.
const MAX_INPUT: u64 = 4 * 1024 * 1024;

#[derive(Debug, clap::Args)]
pub struct ContentArgs {
    /// What stands above it.
    #[arg(long)]
    pub title: Option<String>,
    /// The language it is written in, such as en or ar. Default: the collective's.
    #[arg(long = "lang", value_name = "TAG", alias = "language")]
    pub language: Option<String>,
    /// One to three sentences with the demand and the date.
    #[arg(long, allow_hyphen_values = true)]
    pub summary: Option<String>,
    /// A demand; may be given several times.
    #[arg(long = "demand", value_name = "TEXT", allow_hyphen_values = true)]
    pub demands: Vec<String>,
    /// How to reach the collective about it.
    #[arg(long)]
    pub contact: Option<String>,
    /// A hashtag; may be given several times.
    #[arg(long = "hashtag", value_name = "TAG")]
    pub hashtags: Vec<String>,
    /// An account to mention, such as @ana@valley.example; may be given several times.
    #[arg(long = "mention", value_name = "ADDRESS")]
    pub mentions: Vec<String>,
    /// Quote this post; its author is asked. An empty text takes the quote out again.
    #[arg(long, value_name = "ADDRESS")]
    pub quote: Option<String>,
    /// An image and what can be seen on it; up to four times.
    #[arg(long = "image", value_name = "FILE=ALT")]
    pub images: Vec<String>,
    /// A PDF to print and its title; up to four times. None of those there were before stays; an empty text takes all out.
    #[arg(long = "poster", value_name = "FILE=TITLE")]
    pub posters: Vec<String>,
    /// Folds the post behind these words.
    #[arg(long, value_name = "TEXT")]
    pub content_warning: Option<String>,
    /// note, article or auto (by length).
    #[arg(long)]
    pub form: Option<StatementForm>,
    /// The text in Markdown; - reads it from standard input.
    pub file: Option<std::path::PathBuf>,
}

impl ContentArgs {
    /// Puts what was given over what there is. Accounts are looked up, images drawn anew and kept.
    pub fn over(self, ctx: &Context, collective: &CollectiveRow, mut content: StatementContent) -> Result<StatementContent> {
        let put = |slot: &mut String, value: Option<String>| {
            if let Some(value) = value {
                *slot = value;
            }
        };
        put(&mut content.title, self.title);
        put(&mut content.language, self.language);
        put(&mut content.summary, self.summary);
        put(&mut content.contact, self.contact);
        put(&mut content.content_warning, self.content_warning);
        if content.language.is_empty() {
            content.language.clone_from(&collective.language);
        }
        if let Some(file) = self.file {
            content.body = read(&file)?;
        }
        if !self.demands.is_empty() {
            content.demands = self.demands;
        }
        if !self.hashtags.is_empty() {
            content.hashtags = self.hashtags;
        }
        if !self.mentions.is_empty() {
            content.mentions = self.mentions.iter().map(|address| mention(ctx, address)).collect::<Result<_>>()?;
        }
        if let Some(address) = self.quote {
            content.quote = match address.trim() {
                "" => None,
                address => Some(quote::quoted(address, &resolve::post(ctx, address)?)?),
            };
        }
        if !self.images.is_empty() {
            content.images = self.images.iter().map(|image| keep(ctx, collective, image)).collect::<Result<_>>()?;
        }
        if !self.posters.is_empty() {
            let given = self.posters.iter().filter(|poster| !poster.is_empty());
            content.posters = given.map(|poster| keep_poster(ctx, collective, poster)).collect::<Result<_>>()?;
        }
        content.form = self.form.unwrap_or(content.form);
        Ok(content)
    }
}

fn mention(ctx: &Context, address: &str) -> Result<Mention> {
    Ok(resolve::actor(ctx, address)?.as_mention())
}

fn keep(ctx: &Context, collective: &CollectiveRow, image: &str) -> Result<Image> {
    let (file, alt) =
        image.split_once('=').ok_or_else(|| crate::cli::option_form("--image", "river.jpg=A quiet river at dawn"))?;
    let row = images::keep(ctx, collective, Purpose::Statement, file)?;
    Ok(Image { media_id: row.id, alt: alt.trim().to_owned() })
}

fn keep_poster(ctx: &Context, collective: &CollectiveRow, poster: &str) -> Result<Poster> {
    let (file, title) = poster
        .split_once('=')
        .filter(|(_, title)| !title.trim().is_empty())
        .ok_or_else(|| crate::cli::option_form("--poster", "poster.pdf=Poster in A3"))?;
    let row = images::keep(ctx, collective, Purpose::Poster, file)?;
    Ok(Poster { media_id: row.id, title: title.trim().to_owned() })
}

fn read(file: &Path) -> Result<String> {
    let wrong = |e: &dyn std::fmt::Display| Error::Config(format!("{}: {e}", file.display()));
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        std::io::stdin().take(MAX_INPUT).read_to_end(&mut bytes).map_err(|e| wrong(&e))?;
    } else {
        std::fs::File::open(file).and_then(|file| file.take(MAX_INPUT).read_to_end(&mut bytes)).map_err(|e| wrong(&e))?;
    }
    String::from_utf8(bytes).map_err(|_| wrong(&"this isn't text in UTF-8"))
}
