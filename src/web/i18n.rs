//! Texts of the interface from Fluent files: `locales/<language>/*.ftl`, embedded.
