//! Whole-server tests: real processes of the binary on free ports, spoken to over sockets, on SQLite and PostgreSQL.
//! One test binary, so that it links once.

// Outside `#[test]` functions clippy does not see that all of this is test code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accounts;
mod assembly;
mod browser;
mod calls;
mod carried;
mod claims;
mod cleaning;
mod cli_docs;
mod commands;
mod commune;
mod crowd;
mod delivery;
mod demo;
mod desk;
mod desk_calls;
mod desk_decisions;
mod desk_drafts;
mod desk_endorsements;
mod desk_inbox;
mod desk_mandates;
mod desk_people;
mod desk_pictures;
mod display_contract;
mod endorsements;
mod endorsements_random;
mod endorsements_received;
mod endorsements_rechecked;
mod exhaustion;
mod failures;
mod federation;
mod guards;
mod harness;
mod house;
mod kills;
mod knocks;
mod mail;
mod media;
mod moves;
mod near;
mod neighbours;
mod origin;
mod outgoing_guard;
mod outgoing_links;
mod outgoing_tls;
mod pages;
mod pins;
mod privacy;
mod proofs;
mod publishing;
mod quotes;
mod register;
mod relays;
mod requirements;
mod return_of_peers;
mod room;
mod secrecy;
mod settings;
mod signatures;
mod smoke;
mod tls;
mod visitors;
mod world;
