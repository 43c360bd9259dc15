-- Which reminders of a call or a local action went out: never the same twice.
CREATE TABLE reminders (
    subject_uri TEXT NOT NULL,
    kind TEXT NOT NULL,
    sent_at TIMESTAMP NOT NULL,
    PRIMARY KEY (subject_uri, kind)
);
