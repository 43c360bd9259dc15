//! Mail, where SMTP is configured; everything works without.
