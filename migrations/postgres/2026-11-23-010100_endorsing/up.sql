-- Why an endorsement of ours was, or shall be, withdrawn: said by the Note that shows it.
ALTER TABLE endorsements ADD COLUMN reason TEXT;
-- When the author last asked to confirm the text as it is.
ALTER TABLE endorsements ADD COLUMN asked_at TIMESTAMP;
-- Whether the author of the statement keeps a register; else it could only be asked for a quote.
ALTER TABLE endorsements ADD COLUMN register BOOLEAN NOT NULL DEFAULT TRUE;
UPDATE endorsements SET register = FALSE WHERE endorser_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM consents WHERE consents.kind = 'endorsement' AND consents.object_uri = endorsements.uri);
CREATE INDEX endorsements_companion ON endorsements (companion_id);

-- Texts that collectives of ours endorsed, as they were shown to who did: so that they can see what was changed since.
CREATE TABLE endorsed_texts (
    statement_uri TEXT NOT NULL,
    digest TEXT NOT NULL,
    title TEXT NOT NULL,
    -- Harmless.
    html TEXT NOT NULL,
    language TEXT,
    kept_at TIMESTAMP NOT NULL,
    PRIMARY KEY (statement_uri, digest)
);
