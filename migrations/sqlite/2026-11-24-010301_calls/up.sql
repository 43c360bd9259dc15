-- When calls take place, for lists by date; those that are public, and drafts of such.
CREATE TABLE calls (
    statement_id TEXT PRIMARY KEY NOT NULL REFERENCES statements (id) ON DELETE CASCADE,
    collective_id TEXT NOT NULL REFERENCES collectives (id) ON DELETE CASCADE,
    begins_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP NOT NULL,
    public BOOLEAN NOT NULL
);
CREATE INDEX calls_ends ON calls (public, ends_at);
-- Which face of a call a host got first, an event or a note: it gets the same one ever after.
CREATE TABLE call_faces (
    statement_id TEXT NOT NULL REFERENCES statements (id) ON DELETE CASCADE,
    host TEXT NOT NULL,
    face TEXT NOT NULL,
    PRIMARY KEY (statement_id, host)
);
-- When a host was last asked which software it runs.
ALTER TABLE peers ADD COLUMN software_asked_at TIMESTAMP;
-- What an Event of others says of its time and place.
ALTER TABLE remote_posts ADD COLUMN event TEXT;
