-- Consent between actors: somebody asks to do something with a thing of another (quote it), the other grants it with a stamp.
-- One row serves both sides; where both are collectives of this instance, nothing goes over the network.
-- `state`: waiting, granted, refused, revoked, ended.
CREATE TABLE consents (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    -- What does something (the quote), and what it is done with (the quoted).
    object_uri TEXT NOT NULL,
    target_uri TEXT NOT NULL,
    asker_uri TEXT NOT NULL,
    author_uri TEXT NOT NULL,
    -- The side that is ours; at least one is.
    asker_id TEXT REFERENCES collectives (id) ON DELETE CASCADE,
    author_id TEXT REFERENCES collectives (id) ON DELETE CASCADE,
    -- The other side's own inbox; empty where it is ours as well.
    inbox TEXT NOT NULL DEFAULT '',
    request_uri TEXT NOT NULL,
    stamp_uri TEXT,
    post_id TEXT REFERENCES remote_posts (id) ON DELETE SET NULL,
    asked_at TIMESTAMP NOT NULL,
    decided_at TIMESTAMP,
    decided_by TEXT
);
CREATE UNIQUE INDEX consents_once ON consents (kind, object_uri, target_uri);
CREATE INDEX consents_author ON consents (author_id, state, asked_at);
CREATE INDEX consents_asker ON consents (asker_id, asked_at);
CREATE INDEX consents_target ON consents (target_uri);
CREATE INDEX consents_request ON consents (request_uri);
CREATE INDEX consents_stamp ON consents (stamp_uri);

-- Who may quote without being asked (everybody, followers, nobody), and whether all others may ask.
ALTER TABLE collectives ADD COLUMN quote_policy TEXT NOT NULL DEFAULT 'nobody';
ALTER TABLE collectives ADD COLUMN review_quotes BOOLEAN NOT NULL DEFAULT TRUE;

-- What a post of others quotes, the stamp that it shows for that, and whether the stamp was found to be true.
ALTER TABLE remote_posts ADD COLUMN quote_uri TEXT;
ALTER TABLE remote_posts ADD COLUMN quote_stamp TEXT;
ALTER TABLE remote_posts ADD COLUMN quote_approved BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE remote_posts ADD COLUMN quote_checked_at TIMESTAMP;
CREATE INDEX remote_posts_stamp ON remote_posts (quote_stamp);
