-- Actions that people without an instance propose under a call of ours that is open to them.
CREATE TABLE proposed_actions (
    id TEXT PRIMARY KEY NOT NULL,
    statement_id TEXT NOT NULL REFERENCES statements (id) ON DELETE CASCADE,
    -- JSON: what they say of it.
    content TEXT NOT NULL,
    -- Erased as soon as nobody needs it.
    mail TEXT,
    language TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    -- unconfirmed, waiting, accepted, declined, cancelled
    state TEXT NOT NULL,
    -- What stands under the call, once it was let in.
    action_id TEXT REFERENCES actions (id) ON DELETE SET NULL,
    ends_at TIMESTAMP NOT NULL,
    created_at TIMESTAMP NOT NULL,
    decided_at TIMESTAMP
);
CREATE INDEX proposed_actions_call ON proposed_actions (statement_id, state);
CREATE INDEX proposed_actions_action ON proposed_actions (action_id);
