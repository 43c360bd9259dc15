ALTER TABLE peers DROP COLUMN shows_events;
