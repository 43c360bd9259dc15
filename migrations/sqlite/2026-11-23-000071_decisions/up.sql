-- How a collective decides and empowers, as JSON; without a row, the defaults.
CREATE TABLE assembly_rules (
    collective_id TEXT PRIMARY KEY NOT NULL REFERENCES collectives (id) ON DELETE CASCADE,
    rules TEXT NOT NULL
);

-- A question before the assembly. `stage`: vote, consensus, confirm, closed. `outcome`: carried, lost, no-quorum, void.
CREATE TABLE decisions (
    id TEXT PRIMARY KEY NOT NULL,
    collective_id TEXT NOT NULL REFERENCES collectives (id) ON DELETE CASCADE,
    question TEXT NOT NULL,
    explanation TEXT NOT NULL DEFAULT '',
    -- What it does when it is carried, as JSON.
    effect TEXT NOT NULL,
    -- The rules under which it was opened, as JSON.
    rules TEXT NOT NULL,
    stage TEXT NOT NULL,
    -- How the vote behind a failed consensus is decided.
    vote_by TEXT,
    opened_by TEXT,
    opened_at TIMESTAMP NOT NULL,
    closes_at TIMESTAMP NOT NULL,
    closed_at TIMESTAMP,
    outcome TEXT,
    -- Counts as JSON: of the last stage, and of the consensus before it.
    tally TEXT NOT NULL DEFAULT '{}',
    first_tally TEXT,
    electorate INTEGER NOT NULL DEFAULT 0,
    -- Of a face-to-face assembly: date and counts as JSON, who wrote them down and who confirmed.
    minutes TEXT,
    entered_by TEXT,
    confirmed_by TEXT,
    -- Minutes that needed no second member, since there are one or two.
    unconfirmed BOOLEAN NOT NULL DEFAULT FALSE,
    -- Why its effect couldn't be carried out.
    failure TEXT
);
CREATE INDEX decisions_collective ON decisions (collective_id, opened_at);
CREATE INDEX decisions_open ON decisions (stage, closes_at);

-- Who could vote when it was opened. What they said isn't here.
CREATE TABLE decision_electorate (
    decision_id TEXT NOT NULL REFERENCES decisions (id) ON DELETE CASCADE,
    member_id TEXT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    PRIMARY KEY (decision_id, member_id)
);

-- One for each member and stage, the last one counts. Those of a secret ballot are deleted when the stage ends.
CREATE TABLE ballots (
    decision_id TEXT NOT NULL REFERENCES decisions (id) ON DELETE CASCADE,
    stage TEXT NOT NULL,
    member_id TEXT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    choice TEXT NOT NULL,
    PRIMARY KEY (decision_id, stage, member_id)
);

CREATE TABLE decision_comments (
    id TEXT PRIMARY KEY NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decisions (id) ON DELETE CASCADE,
    member_id TEXT REFERENCES members (id) ON DELETE SET NULL,
    text TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX decision_comments_decision ON decision_comments (decision_id, created_at);
