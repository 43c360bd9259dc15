ALTER TABLE endorsements DROP COLUMN fault_since;
ALTER TABLE endorsements DROP COLUMN fault;
