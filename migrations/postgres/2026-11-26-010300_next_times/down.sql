DROP INDEX calls_next;
ALTER TABLE calls DROP COLUMN next_ends_at;
ALTER TABLE calls DROP COLUMN next_begins_at;
CREATE TABLE whereabouts (
    id TEXT PRIMARY KEY NOT NULL,
    city_id INTEGER,
    city TEXT NOT NULL,
    country TEXT NOT NULL,
    cancelled BOOLEAN NOT NULL
);
CREATE INDEX whereabouts_city ON whereabouts (city_id);
INSERT INTO whereabouts (id, city_id, city, country, cancelled)
SELECT id, CAST(CASE WHEN spot LIKE 'c%' THEN substr(spot, 2) END AS INTEGER), CASE WHEN spot LIKE 'c%' THEN substr(spot, 2) ELSE lower(town) END, country, status = 'cancelled'
FROM actions;
INSERT INTO whereabouts (id, city_id, city, country, cancelled)
SELECT statement_id, city_id, COALESCE(CAST(city_id AS TEXT), ''), '', FALSE FROM calls;
DROP INDEX calls_city;
ALTER TABLE calls DROP COLUMN city_id;
DROP INDEX actions_city;
