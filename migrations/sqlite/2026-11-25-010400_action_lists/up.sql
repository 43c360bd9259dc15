-- What lists and maps of actions are made by, beside the JSON that says it: so that ten thousand can be counted, sorted and paged.
-- Its first day by the clock there.
ALTER TABLE actions ADD COLUMN day TEXT NOT NULL DEFAULT '';
-- ISO 3166-1, or empty.
ALTER TABLE actions ADD COLUMN country TEXT NOT NULL DEFAULT '';
-- Where it stands on a map: c and a city's number in the gazetteer, or p and a point in tenths of degrees, or empty.
ALTER TABLE actions ADD COLUMN spot TEXT NOT NULL DEFAULT '';
-- The city as its organisers call it, or empty.
ALTER TABLE actions ADD COLUMN town TEXT NOT NULL DEFAULT '';
ALTER TABLE actions ADD COLUMN status TEXT NOT NULL DEFAULT 'announced';
UPDATE actions SET
    day = COALESCE(json_extract(content, '$.when.first'), substr(json_extract(content, '$.when.start'), 1, 10), ''),
    country = COALESCE(json_extract(content, '$.place.country'), ''),
    town = COALESCE(json_extract(content, '$.place.city.name'), ''),
    spot = CASE WHEN COALESCE(json_extract(content, '$.place.city.id'), 0) > 0
        THEN 'c' || json_extract(content, '$.place.city.id') ELSE '' END,
    status = COALESCE(json_extract(content, '$.status'), 'announced');
CREATE INDEX actions_listed ON actions (call_uri, author_state, day, country, begins_at, id) WHERE deleted_at IS NULL;
CREATE INDEX actions_spots ON actions (call_uri, author_state, spot, country, status, town, day, id) WHERE deleted_at IS NULL;
