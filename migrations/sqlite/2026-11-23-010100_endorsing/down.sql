DROP TABLE endorsed_texts;
DROP INDEX endorsements_companion;
ALTER TABLE endorsements DROP COLUMN register;
ALTER TABLE endorsements DROP COLUMN asked_at;
ALTER TABLE endorsements DROP COLUMN reason;
