//! Feeds for readers: Atom.
