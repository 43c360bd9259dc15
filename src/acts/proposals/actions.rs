//! Local actions that need the assembly's yes.

use super::{Proposed, ask, language, rehearse};
use crate::{
    acts::{
        Act,
        actions::{self, Under},
        mandates,
        proposed::{self, Decided},
    },
    db::{self, actions::ActionRow},
    domain::{
        action::{ActionContent, Answer},
        assembly::Effect,
        mandate::{Deed, Verb},
    },
    error::{Error, Result},
};

/// As [`actions::add`], or asks the assembly whether to.
///
/// # Errors
/// As [`actions::add`], but for want of a mandate.
pub fn add(act: &mut Act, collective_id: &str, under: &Under, content: ActionContent) -> Result<Proposed<ActionRow>> {
    match actions::add(act, collective_id, under, content.clone()) {
        Err(error) if mandates::is_missing(&error) => {}
        other => return other.map(Proposed::Done),
    }
    let content = content.normalised();
    rehearse(act, |act| actions::add(act, collective_id, under, content.clone()))?;
    under.target.keep(act)?;
    let lang = language(act, collective_id)?;
    let place = content.place.as_ref().map(|place| place.public().line()).unwrap_or_default();
    let parts = [lang.when(&content.when), place, content.text.clone(), under.title.clone(), under.target.uri.clone()];
    let explanation = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    let deed = mandates::towards(Verb::Call, &under.target.author.uri);
    let title = content.title.clone();
    let effect = Effect::AddAction { call: under.target.uri.clone(), content: Box::new(content) };
    ask(act, collective_id, &deed, "question-action-add", &title, explanation, effect).map(Proposed::Asked)
}

/// As [`actions::cancel`], or asks the assembly whether to.
///
/// # Errors
/// As [`actions::cancel`], but for want of a mandate.
pub fn cancel(act: &mut Act, id: &str) -> Result<Proposed<ActionRow>> {
    match actions::cancel(act, id) {
        Err(error) if mandates::is_missing(&error) => {}
        other => return other.map(Proposed::Done),
    }
    rehearse(act, |act| actions::cancel(act, id))?;
    change(act, id, "question-action-cancel", |_| Ok(Effect::CancelAction { action: id.to_owned() }))
}

/// As [`actions::answer`], or asks the assembly what to answer.
///
/// # Errors
/// As [`actions::answer`], but for want of a mandate.
pub fn answer(act: &mut Act, id: &str, answer: Answer) -> Result<Proposed<ActionRow>> {
    match actions::answer(act, id, answer) {
        Err(error) if mandates::is_missing(&error) => {}
        other => return other.map(Proposed::Done),
    }
    rehearse(act, |act| actions::answer(act, id, answer))?;
    let words = match answer {
        Answer::Keep => "question-action-keep",
        Answer::Move => "question-action-move",
        Answer::Cancel => "question-action-cancel",
    };
    change(act, id, words, |row| {
        let question = row.question.as_deref().copied().ok_or(Error::Conflict("error-action-unasked"))?;
        Ok(Effect::AnswerAction { action: id.to_owned(), answer, question })
    })
}

/// As [`actions::edit`], or asks the assembly whether to.
///
/// # Errors
/// As [`actions::edit`], but for want of a mandate.
pub fn edit(act: &mut Act, id: &str, content: ActionContent) -> Result<Proposed<ActionRow>> {
    match actions::edit(act, id, content.clone()) {
        Err(error) if mandates::is_missing(&error) => {}
        other => return other.map(Proposed::Done),
    }
    let content = content.normalised();
    rehearse(act, |act| actions::edit(act, id, content.clone()))?;
    change(act, id, "question-action-edit", |_| Ok(Effect::EditAction { action: id.to_owned(), content: Box::new(content) }))
}

/// As [`proposed::decide`], or asks the assembly whether to let in what somebody without an instance proposes.
///
/// # Errors
/// As [`proposed::decide`], but for want of a mandate.
pub fn decide_proposed(act: &mut Act, collective_id: &str, id: &str, accept: bool) -> Result<Proposed<Decided>> {
    match proposed::decide(act, collective_id, id, accept) {
        Err(error) if mandates::is_missing(&error) => {}
        other => return other.map(Proposed::Done),
    }
    rehearse(act, |act| proposed::decide(act, collective_id, id, accept))?;
    let row = db::proposed::by_id(act.conn, id)?;
    let lang = language(act, collective_id)?;
    // What will be public of it, and neither their address nor how to reach them.
    let place = row.content.place.as_ref().map(|place| place.public().line()).unwrap_or_default();
    let parts = [lang.when(&row.content.when), place, row.content.text.clone(), act.site.statement(&row.statement_id)];
    let explanation = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    let words = if accept { "question-proposed-accept" } else { "question-proposed-decline" };
    let effect = Effect::AnswerProposed { proposed: id.to_owned(), accept };
    let deed = Deed::plain(Verb::Answer);
    ask(act, collective_id, &deed, words, &row.content.title, explanation, effect).map(Proposed::Asked)
}

fn change(
    act: &mut Act,
    id: &str,
    words: &str,
    effect: impl FnOnce(&ActionRow) -> Result<Effect>,
) -> Result<Proposed<ActionRow>> {
    let row = db::actions::by_id(act.conn, id)?;
    let collective_id = row.organiser_id.clone().ok_or(Error::NotFound)?;
    let effect = effect(&row)?;
    let deed: Deed = mandates::towards(Verb::Call, &row.author_uri);
    ask(act, &collective_id, &deed, words, &row.content.title, row.call_title.clone(), effect).map(Proposed::Asked)
}
