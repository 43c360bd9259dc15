ALTER TABLE proposed_actions DROP COLUMN told_at;
