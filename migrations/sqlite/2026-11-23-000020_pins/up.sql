-- Statements that stand first on their collective's page.
CREATE TABLE pins (
    statement_id TEXT PRIMARY KEY NOT NULL REFERENCES statements (id) ON DELETE CASCADE,
    collective_id TEXT NOT NULL REFERENCES collectives (id) ON DELETE CASCADE,
    pinned_at TIMESTAMP NOT NULL
);
CREATE INDEX pins_collective ON pins (collective_id, pinned_at);
