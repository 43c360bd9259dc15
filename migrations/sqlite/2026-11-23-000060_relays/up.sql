-- Relays that the instance asked to pass its public statements on. `style`: mastodon, litepub. `state`: asked, accepted,
-- refused, gone.
CREATE TABLE relays (
    id TEXT PRIMARY KEY NOT NULL,
    style TEXT NOT NULL,
    -- What a steward names it by: its inbox (mastodon) or its actor (litepub).
    address TEXT NOT NULL,
    inbox TEXT NOT NULL,
    -- Its actor, once that is known: the one that answered, of a relay known by its inbox alone.
    actor_uri TEXT,
    state TEXT NOT NULL,
    follow_uri TEXT NOT NULL,
    -- The id of its own Follow of the instance's actor.
    followed_by TEXT,
    asked_at TIMESTAMP NOT NULL,
    -- When the state last changed otherwise.
    answered_at TIMESTAMP
);
CREATE UNIQUE INDEX relays_inbox ON relays (inbox);
CREATE UNIQUE INDEX relays_follow ON relays (follow_uri);
