-- One row: what this instance is. `domain` never changes after setup: ids contain it.
CREATE TABLE instance (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    domain TEXT NOT NULL,
    base_url TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    languages TEXT NOT NULL,
    set_up_at TIMESTAMP NOT NULL
);

-- Key pairs of local actors. `actor_uri` is the collective's or the instance actor's id.
CREATE TABLE actor_keys (
    id TEXT PRIMARY KEY NOT NULL,
    actor_uri TEXT NOT NULL,
    kind TEXT NOT NULL,
    key_uri TEXT NOT NULL,
    public_key TEXT NOT NULL,
    private_key TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    retired_at TIMESTAMP
);
CREATE INDEX actor_keys_actor ON actor_keys (actor_uri, kind);

CREATE TABLE collectives (
    id TEXT PRIMARY KEY NOT NULL,
    handle TEXT NOT NULL UNIQUE,
    uri TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    summary TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL,
    time_zone TEXT NOT NULL DEFAULT 'UTC',
    website TEXT,
    contact TEXT NOT NULL DEFAULT '',
    fields TEXT NOT NULL DEFAULT '[]',
    also_known_as TEXT NOT NULL DEFAULT '[]',
    icon_media_id TEXT,
    approve_followers BOOLEAN NOT NULL DEFAULT FALSE,
    hide_followers BOOLEAN NOT NULL DEFAULT FALSE,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

CREATE TABLE members (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL UNIQUE,
    passphrase_hash TEXT NOT NULL,
    mail TEXT,
    language TEXT NOT NULL DEFAULT 'en',
    role TEXT NOT NULL,
    state TEXT NOT NULL,
    totp_secret TEXT,
    totp_confirmed_at TIMESTAMP,
    totp_last_step BIGINT NOT NULL DEFAULT 0,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE memberships (
    member_id TEXT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    collective_id TEXT NOT NULL REFERENCES collectives (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (member_id, collective_id)
);

-- Links that work once: setup, invitation, reset. Only the SHA-256 of the token is kept.
CREATE TABLE tokens (
    id TEXT PRIMARY KEY NOT NULL,
    purpose TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    member_id TEXT REFERENCES members (id) ON DELETE CASCADE,
    collective_id TEXT REFERENCES collectives (id) ON DELETE CASCADE,
    role TEXT,
    created_by TEXT,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP,
    revoked_at TIMESTAMP
);

CREATE TABLE sessions (
    id_hash TEXT PRIMARY KEY NOT NULL,
    member_id TEXT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    csrf TEXT NOT NULL,
    stage TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sessions_member ON sessions (member_id);

CREATE TABLE media (
    id TEXT PRIMARY KEY NOT NULL,
    collective_id TEXT NOT NULL REFERENCES collectives (id) ON DELETE CASCADE,
    file_name TEXT NOT NULL UNIQUE,
    media_type TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    bytes BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL
);

-- A statement is one row from first draft to withdrawal; its text stands in drafts and versions.
CREATE TABLE statements (
    id TEXT PRIMARY KEY NOT NULL,
    collective_id TEXT NOT NULL REFERENCES collectives (id),
    uri TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    form TEXT NOT NULL,
    -- Id of the post that it answers; an answer isn't among the collective's statements.
    in_reply_to TEXT,
    version INTEGER NOT NULL DEFAULT 0,
    created_by TEXT,
    created_at TIMESTAMP NOT NULL,
    scheduled_at TIMESTAMP,
    published_at TIMESTAMP,
    updated_at TIMESTAMP NOT NULL,
    withdrawn_at TIMESTAMP,
    withdrawn_reason TEXT
);
CREATE INDEX statements_collective ON statements (collective_id, state, published_at);
CREATE INDEX statements_scheduled ON statements (state, scheduled_at);

-- Working copies, oldest first; the highest `n` is the current one. `content` is domain::StatementContent as JSON.
CREATE TABLE drafts (
    statement_id TEXT NOT NULL REFERENCES statements (id) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    content TEXT NOT NULL,
    saved_by TEXT,
    saved_at TIMESTAMP NOT NULL,
    autosaved BOOLEAN NOT NULL,
    PRIMARY KEY (statement_id, n)
);

-- Published versions. `object_json` is the ActivityStreams object exactly as sent.
CREATE TABLE statement_versions (
    statement_id TEXT NOT NULL REFERENCES statements (id) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    content TEXT NOT NULL,
    html TEXT NOT NULL,
    object_json TEXT NOT NULL,
    digest TEXT NOT NULL,
    published_at TIMESTAMP NOT NULL,
    published_by TEXT,
    PRIMARY KEY (statement_id, n)
);

CREATE TABLE remote_actors (
    id TEXT PRIMARY KEY NOT NULL,
    uri TEXT NOT NULL UNIQUE,
    host TEXT NOT NULL,
    kind TEXT NOT NULL,
    username TEXT NOT NULL,
    handle_host TEXT NOT NULL,
    name TEXT NOT NULL,
    summary TEXT NOT NULL,
    url TEXT,
    inbox TEXT NOT NULL,
    shared_inbox TEXT,
    outbox TEXT,
    followers TEXT,
    icon_url TEXT,
    also_known_as TEXT NOT NULL DEFAULT '[]',
    moved_to TEXT,
    keys TEXT NOT NULL,
    manually_approves BOOLEAN NOT NULL DEFAULT FALSE,
    fetched_at TIMESTAMP NOT NULL,
    key_refetched_at TIMESTAMP,
    gone_at TIMESTAMP
);
CREATE INDEX remote_actors_host ON remote_actors (host);

-- Who follows our collectives. `state`: pending, accepted, rejected.
CREATE TABLE followers (
    collective_id TEXT NOT NULL REFERENCES collectives (id) ON DELETE CASCADE,
    actor_uri TEXT NOT NULL,
    activity_uri TEXT NOT NULL,
    activity_json TEXT NOT NULL,
    inbox TEXT NOT NULL,
    shared_inbox TEXT,
    state TEXT NOT NULL,
    since TIMESTAMP NOT NULL,
    PRIMARY KEY (collective_id, actor_uri)
);
CREATE INDEX followers_actor ON followers (actor_uri);

-- Whom our collectives follow. `state`: pending, accepted, rejected.
CREATE TABLE following (
    collective_id TEXT NOT NULL REFERENCES collectives (id) ON DELETE CASCADE,
    actor_uri TEXT NOT NULL,
    activity_uri TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    since TIMESTAMP NOT NULL,
    PRIMARY KEY (collective_id, actor_uri)
);
CREATE INDEX following_actor ON following (actor_uri);

-- Notes and articles of others: by followed actors, and replies to us. A row with `deleted_at` is a tombstone:
-- it may exist before its object was ever seen, and keeps the id from coming back.
CREATE TABLE remote_posts (
    id TEXT PRIMARY KEY NOT NULL,
    uri TEXT NOT NULL UNIQUE,
    actor_uri TEXT NOT NULL,
    kind TEXT NOT NULL,
    visibility TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    content_warning TEXT NOT NULL DEFAULT '',
    html TEXT NOT NULL DEFAULT '',
    url TEXT,
    language TEXT,
    in_reply_to TEXT,
    published TIMESTAMP NOT NULL,
    updated TIMESTAMP,
    received_at TIMESTAMP NOT NULL,
    deleted_at TIMESTAMP
);
CREATE INDEX remote_posts_actor ON remote_posts (actor_uri);
CREATE INDEX remote_posts_reply ON remote_posts (in_reply_to);

-- What reached a collective's desk. `kind`: follow, like, announce, reply, mention, post, quote.
CREATE TABLE inbox_items (
    id TEXT PRIMARY KEY NOT NULL,
    collective_id TEXT NOT NULL REFERENCES collectives (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    actor_uri TEXT NOT NULL,
    activity_uri TEXT,
    object_uri TEXT,
    post_id TEXT REFERENCES remote_posts (id) ON DELETE CASCADE,
    received_at TIMESTAMP NOT NULL,
    shown BOOLEAN NOT NULL DEFAULT FALSE,
    read_at TIMESTAMP,
    undone_at TIMESTAMP
);
CREATE INDEX inbox_items_collective ON inbox_items (collective_id, received_at);
CREATE INDEX inbox_items_object ON inbox_items (object_uri, kind);
CREATE UNIQUE INDEX inbox_items_once ON inbox_items (collective_id, kind, actor_uri, object_uri);

-- Our own boosts.
CREATE TABLE boosts (
    collective_id TEXT NOT NULL REFERENCES collectives (id) ON DELETE CASCADE,
    object_uri TEXT NOT NULL,
    activity_uri TEXT NOT NULL UNIQUE,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (collective_id, object_uri)
);

-- Our own likes.
CREATE TABLE likes (
    collective_id TEXT NOT NULL REFERENCES collectives (id) ON DELETE CASCADE,
    object_uri TEXT NOT NULL,
    activity_uri TEXT NOT NULL UNIQUE,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (collective_id, object_uri)
);

-- Ids of accepted activities, so that a replay has no second effect. `digest` is SHA-256 over actor and id.
CREATE TABLE received_activities (
    digest TEXT PRIMARY KEY NOT NULL,
    received_at TIMESTAMP NOT NULL
);
CREATE INDEX received_activities_at ON received_activities (received_at);

CREATE TABLE reports (
    id TEXT PRIMARY KEY NOT NULL,
    actor_uri TEXT NOT NULL,
    content TEXT NOT NULL,
    objects TEXT NOT NULL,
    received_at TIMESTAMP NOT NULL,
    resolved_at TIMESTAMP
);

-- Hosts and single actors that stewards shut out. `subject` is a normalised host or an actor id.
CREATE TABLE blocks (
    subject TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL
);

-- Actors that blocked one of our collectives: nothing more is sent to them.
CREATE TABLE blocked_by (
    collective_id TEXT NOT NULL REFERENCES collectives (id) ON DELETE CASCADE,
    actor_uri TEXT NOT NULL,
    activity_uri TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (collective_id, actor_uri)
);

-- The outbox: bytes are written once and sent as they are. `object_uri` orders deliveries of one object.
CREATE TABLE activities (
    seq INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    uri TEXT NOT NULL UNIQUE,
    actor_uri TEXT NOT NULL,
    kind TEXT NOT NULL,
    object_uri TEXT NOT NULL,
    public BOOLEAN NOT NULL,
    json TEXT NOT NULL,
    -- The key it must be signed with, where that isn't the actor's current one: the Update that announces new keys.
    signing_key_id TEXT,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX activities_outbox ON activities (actor_uri, public, seq);

-- One row per activity and inbox. `state`: pending, delivered, refused, gone, given-up. A claim is pending as well,
-- with `claimed_until`: the time after which another dispatcher may take it.
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    activity_seq BIGINT NOT NULL REFERENCES activities (seq) ON DELETE CASCADE,
    inbox TEXT NOT NULL,
    host TEXT NOT NULL,
    object_uri TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at TIMESTAMP NOT NULL,
    claimed_until TIMESTAMP,
    tried_at TIMESTAMP,
    last_status INTEGER,
    last_error TEXT,
    created_at TIMESTAMP NOT NULL,
    done_at TIMESTAMP,
    UNIQUE (activity_seq, inbox)
);
CREATE INDEX deliveries_host ON deliveries (host, state, id);
CREATE INDEX deliveries_waiting ON deliveries (host, id) WHERE state = 'pending';
CREATE INDEX deliveries_order ON deliveries (inbox, object_uri, id) WHERE state = 'pending';
CREATE INDEX deliveries_claimed ON deliveries (host) WHERE claimed_until IS NOT NULL;

-- What we know of a host: its health (backing off belongs to the host), the signature it takes, what it runs.
-- `next_at` is our own pause, `retry_after` the one that it asked for.
CREATE TABLE peers (
    host TEXT PRIMARY KEY NOT NULL,
    failing_since TIMESTAMP,
    failures INTEGER NOT NULL DEFAULT 0,
    failing_days INTEGER NOT NULL DEFAULT 0,
    last_failing_day TEXT,
    next_at TIMESTAMP,
    retry_after TIMESTAMP,
    dormant_at TIMESTAMP,
    signature TEXT NOT NULL DEFAULT 'cavage',
    software TEXT,
    last_seen_at TIMESTAMP,
    last_delivered_at TIMESTAMP,
    last_error TEXT
);
