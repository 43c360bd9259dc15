-- What a later look at its own host found wrong with an endorsement: gone, changed, stamp, statement; and since when.
ALTER TABLE endorsements ADD COLUMN fault TEXT;
ALTER TABLE endorsements ADD COLUMN fault_since TIMESTAMP;
-- Those that stand are looked at soon.
UPDATE endorsements SET next_check_at = received_at
    WHERE (endorser_id IS NULL OR statement_id IS NULL) AND state IN ('indicative', 'ratified');
