-- Endorsements of statements whose server was blocked since, of which their collective said that it keeps them.
CREATE TABLE kept_endorsements (
    endorsement_id TEXT PRIMARY KEY NOT NULL REFERENCES endorsements (id) ON DELETE CASCADE,
    kept_at TIMESTAMP NOT NULL
);
-- Name of the file with the photo of an assembly's minutes, in the folder that nothing is served from.
ALTER TABLE decisions ADD COLUMN photo TEXT;
