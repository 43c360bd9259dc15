ALTER TABLE collectives DROP COLUMN header_alt;
ALTER TABLE collectives DROP COLUMN header_media_id;
ALTER TABLE collectives DROP COLUMN icon_alt;
