-- Local actions under calls: those of our collectives, and those of others under our calls.
CREATE TABLE actions (
    id TEXT PRIMARY KEY NOT NULL,
    uri TEXT NOT NULL UNIQUE,
    organiser_uri TEXT NOT NULL,
    -- Set where the organiser is a collective of ours.
    organiser_id TEXT REFERENCES collectives (id) ON DELETE CASCADE,
    call_uri TEXT NOT NULL,
    -- Set where the call is ours.
    statement_id TEXT REFERENCES statements (id) ON DELETE CASCADE,
    call_title TEXT NOT NULL,
    author_uri TEXT NOT NULL,
    -- JSON: what its organisers say of it.
    content TEXT NOT NULL,
    begins_at TIMESTAMP NOT NULL,
    -- What the author of the call says: pending, accepted, declined, dropped.
    author_state TEXT NOT NULL,
    stamp_uri TEXT,
    -- JSON: how the call stood when its organisers last knew; of ours alone.
    seen TEXT,
    -- JSON: what they have not answered yet.
    question TEXT,
    created_by TEXT REFERENCES members (id) ON DELETE SET NULL,
    published TIMESTAMP NOT NULL,
    updated TIMESTAMP NOT NULL,
    received_at TIMESTAMP NOT NULL,
    deleted_at TIMESTAMP
);
CREATE INDEX actions_call ON actions (call_uri, begins_at);
CREATE INDEX actions_organiser ON actions (organiser_id);
