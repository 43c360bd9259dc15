-- Who had it scheduled: their mandate must hold when its time comes, too.
ALTER TABLE statements ADD COLUMN scheduled_by TEXT;
