ALTER TABLE statements DROP COLUMN scheduled_by;
