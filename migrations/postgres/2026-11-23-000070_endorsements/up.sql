-- Endorsements: by collectives of ours, and by others of what is ours. One row each; what its endorser said of it, in order,
-- stands in endorsement_claims.
-- `state`: indicative, ratified, withdrawn, lapsed. `author_state`: pending, accepted, declined, dropped.
CREATE TABLE endorsements (
    id TEXT PRIMARY KEY NOT NULL,
    uri TEXT NOT NULL UNIQUE,
    endorser_uri TEXT NOT NULL,
    -- The side that is ours; at least one is.
    endorser_id TEXT REFERENCES collectives (id) ON DELETE CASCADE,
    statement_id TEXT REFERENCES statements (id) ON DELETE CASCADE,
    statement_uri TEXT NOT NULL,
    author_uri TEXT NOT NULL,
    -- Of the statement, for lists.
    title TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    digest TEXT NOT NULL,
    ratify_by TIMESTAMP,
    -- As claimed by the endorser; and when it reached us.
    published TIMESTAMP NOT NULL,
    updated TIMESTAMP NOT NULL,
    received_at TIMESTAMP NOT NULL,
    -- As it came, with its proof; empty for one of ours, which is composed and proven when it is sent or served.
    document TEXT NOT NULL DEFAULT '',
    author_state TEXT NOT NULL,
    stamp_uri TEXT,
    -- The Note that shows it to those who don't know endorsements; the statement of ours that is this Note.
    companion_uri TEXT,
    companion_id TEXT REFERENCES statements (id) ON DELETE SET NULL,
    -- Whether the endorser said two things under one number.
    equivocal BOOLEAN NOT NULL DEFAULT FALSE,
    erased_at TIMESTAMP,
    -- What the doer could go by: `mandate:ID`, `decision:ID`, `steward`, or nothing for an indicative one.
    basis TEXT,
    created_by TEXT,
    -- Digest of the statement's text as last seen: where it differs, the endorsement is of an earlier version.
    text_digest TEXT NOT NULL,
    checked_at TIMESTAMP,
    next_check_at TIMESTAMP
);
CREATE INDEX endorsements_statement ON endorsements (statement_uri, received_at);
CREATE INDEX endorsements_endorser ON endorsements (endorser_id, published);
-- What stands of one collective of ours under a statement is one, also where two members endorse it at the same moment.
CREATE UNIQUE INDEX endorsements_standing ON endorsements (endorser_id, statement_uri)
    WHERE endorser_id IS NOT NULL AND state IN ('indicative', 'ratified');
CREATE INDEX endorsements_by ON endorsements (endorser_uri);
CREATE INDEX endorsements_lapse ON endorsements (state, ratify_by);
CREATE INDEX endorsements_check ON endorsements (next_check_at);

CREATE TABLE endorsement_claims (
    endorsement_uri TEXT NOT NULL REFERENCES endorsements (uri) ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    -- Digest of what was said: two of one sequence are an equivocation, and both are kept.
    fingerprint TEXT NOT NULL,
    state TEXT NOT NULL,
    digest TEXT NOT NULL,
    ratify_by TIMESTAMP,
    document TEXT NOT NULL,
    received_at TIMESTAMP NOT NULL,
    PRIMARY KEY (endorsement_uri, sequence, fingerprint)
);

-- Who of others may endorse what a collective says: for one actor or one host, before its general rule.
CREATE TABLE endorsement_policies (
    collective_id TEXT NOT NULL REFERENCES collectives (id) ON DELETE CASCADE,
    -- An actor's id, or a host.
    subject TEXT NOT NULL,
    -- grant, ask, refuse
    verdict TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (collective_id, subject)
);
