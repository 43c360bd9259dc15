-- A collective's pictures say what they show; besides its icon it may have a header.
ALTER TABLE collectives ADD COLUMN icon_alt TEXT NOT NULL DEFAULT '';
ALTER TABLE collectives ADD COLUMN header_media_id TEXT;
ALTER TABLE collectives ADD COLUMN header_alt TEXT NOT NULL DEFAULT '';
