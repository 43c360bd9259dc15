-- Events of calendars that were taken as drafts of calls, so that the same event isn't taken twice.
CREATE TABLE calendar_events (
    collective_id TEXT NOT NULL REFERENCES collectives (id) ON DELETE CASCADE,
    -- As the calendar has it, or a digest of it where it is too long, and of the event where it has none.
    uid TEXT NOT NULL,
    statement_id TEXT NOT NULL REFERENCES statements (id) ON DELETE CASCADE,
    -- The SEQUENCE of the event.
    sequence INTEGER NOT NULL,
    -- Of what it became when it was last taken.
    digest TEXT NOT NULL,
    -- The number of the working copy that it became.
    copy INTEGER NOT NULL,
    PRIMARY KEY (collective_id, uid)
);
CREATE INDEX calendar_events_statement ON calendar_events (statement_id);
