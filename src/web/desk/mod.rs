//! The desk: where members write, publish, and read what reached their collective.
//!
//! Thin: reads the form, calls an act, renders a page. Must not know SQL or compose activities.

use super::routes::routes;

pub mod call_form;
pub mod form;
pub mod schedule;

mod actions;
mod answered;
mod authorize;
mod autosave;
mod calendar;
mod call;
mod decisions;
mod delivery;
mod discard;
mod endorse;
mod endorsements;
mod endorsers;
mod history;
mod inbox;
mod mandates;
mod mentions;
mod overview;
mod page;
mod people;
mod pictures;
mod pin;
mod preview;
mod profile_pictures;
mod quoted;
mod quotes;
mod react;
mod reports;
mod signed_out;
mod upload;
mod withdraw;
mod write;

routes! {
    "/authorize_interaction" Member { get => authorize::show }
    "/desk" Member { get => overview::choose }
    "/desk/{handle}" Member { get => overview::overview }
    "/desk/{handle}/write" Member { get => write::new, post => write::submit }
    "/desk/{handle}/write/autosave" Member { post => autosave::autosave }
    "/desk/{handle}/inbox" Member { get => inbox::show, post => inbox::press }
    "/desk/{handle}/quotes" Member { get => quotes::show, post => quotes::press }
    "/desk/{handle}/decisions" Member { get => decisions::list }
    "/desk/{handle}/decisions/new" Member { get => decisions::open::new, post => decisions::open::submit }
    "/desk/{handle}/decisions/minutes" Member { get => decisions::minutes::new, post => decisions::minutes::submit }
    "/desk/{handle}/decisions/{id}" Member { get => decisions::one::show, post => decisions::one::press }
    "/desk/{handle}/decisions/{id}/photo" Member { get => decisions::photo::show, post => decisions::photo::change }
    "/desk/{handle}/actions" Member { get => actions::list }
    "/desk/{handle}/actions/new" Member { get => actions::one::new, post => actions::one::add }
    "/desk/{handle}/actions/{id}" Member { get => actions::one::show, post => actions::one::edit }
    "/desk/{handle}/actions/{id}/answer" Member { post => actions::one::answer }
    "/desk/{handle}/actions/{id}/cancel" Member { get => actions::one::ask_to_cancel, post => actions::one::cancel }
    "/desk/{handle}/action-requests" Member { get => actions::queue::show, post => actions::queue::press }
    "/desk/{handle}/endorse" Member { get => endorse::show, post => endorse::press }
    "/desk/{handle}/endorsements" Member { get => endorsements::list }
    "/desk/{handle}/endorsements/{id}" Member { get => endorsements::show, post => endorsements::press }
    "/desk/{handle}/endorsers" Member { get => endorsers::show, post => endorsers::press }
    "/desk/{handle}/mandates" Member { get => mandates::show, post => mandates::press }
    "/desk/{handle}/mandates/new" Member { get => mandates::propose::new, post => mandates::propose::submit }
    "/desk/{handle}/lots" Member { get => mandates::lots::list, post => mandates::lots::open }
    "/desk/{handle}/lots/{id}" Member { get => mandates::lots::show, post => mandates::lots::draw }
    "/desk/{handle}/rules" Member { get => mandates::rules::show, post => mandates::rules::submit }
    "/desk/{handle}/pictures" Member { get => profile_pictures::show, post => profile_pictures::change }
    "/desk/{handle}/followers" Member { get => people::followers, post => people::answer }
    "/desk/{handle}/following" Member { get => people::following, post => people::change_following }
    "/desk/{handle}/calendar" Member { get => calendar::show, post => calendar::import }
    "/desk/{handle}/reports" Member { get => reports::show, post => reports::begin }
    "/desk/{handle}/statements/{id}" Member { get => write::edit, post => write::submit }
    "/desk/{handle}/statements/{id}/autosave" Member { post => autosave::autosave }
    "/desk/{handle}/statements/{id}/preview" Member { get => write::preview }
    "/desk/{handle}/statements/{id}/history" Member { get => history::list }
    "/desk/{handle}/statements/{id}/history/{n}" Member { get => history::view }
    "/desk/{handle}/statements/{id}/history/{n}/restore" Member { post => history::restore }
    "/desk/{handle}/statements/{id}/delivery" Member { get => delivery::show }
    "/desk/{handle}/statements/{id}/discard" Member { get => discard::ask, post => discard::discard }
    "/desk/{handle}/statements/{id}/pin" Member { post => pin::press }
    "/desk/{handle}/statements/{id}/change" Member { get => call::ask, post => call::change }
    "/desk/{handle}/statements/{id}/withdraw" Member { get => withdraw::ask, post => withdraw::withdraw }
}
