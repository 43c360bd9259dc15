-- What a collective empowers members to do. Past ones stay: what was done shows the mandate that it was done under.
CREATE TABLE mandates (
    id TEXT PRIMARY KEY NOT NULL,
    collective_id TEXT NOT NULL REFERENCES collectives (id) ON DELETE CASCADE,
    -- Scope and term as JSON.
    terms TEXT NOT NULL,
    until_at TIMESTAMP NOT NULL,
    granted_at TIMESTAMP NOT NULL,
    -- The decision that granted it; none where a steward did, or a draw by lot.
    decision_id TEXT REFERENCES decisions (id) ON DELETE SET NULL,
    -- Days before the end of the last warning given.
    warned INTEGER,
    recalled_at TIMESTAMP,
    -- `decision:ID`, `members`, `holder` or `steward`.
    recalled_by TEXT
);
CREATE INDEX mandates_collective ON mandates (collective_id, until_at);

-- Whose it is: one member, or several who hold it jointly.
CREATE TABLE mandate_holders (
    mandate_id TEXT NOT NULL REFERENCES mandates (id) ON DELETE CASCADE,
    member_id TEXT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    PRIMARY KEY (mandate_id, member_id)
);
CREATE INDEX mandate_holders_member ON mandate_holders (member_id);

-- Members who want it recalled, where so many together can.
CREATE TABLE recall_wishes (
    mandate_id TEXT NOT NULL REFERENCES mandates (id) ON DELETE CASCADE,
    member_id TEXT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    PRIMARY KEY (mandate_id, member_id)
);

-- A draw by lot: what was fixed before (`lot`, JSON), the seed, who came out. Tickets stand for members only in `tickets`,
-- which isn't published.
CREATE TABLE draws (
    id TEXT PRIMARY KEY NOT NULL,
    collective_id TEXT NOT NULL REFERENCES collectives (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    lot TEXT NOT NULL,
    seed TEXT,
    drawn TEXT,
    tickets TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    drawn_at TIMESTAMP
);
CREATE INDEX draws_collective ON draws (collective_id, created_at);
