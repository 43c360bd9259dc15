-- City and country of an action stood here and in the columns of its own row; its own stay.
UPDATE actions SET country = (SELECT whereabouts.country FROM whereabouts WHERE whereabouts.id = actions.id)
WHERE country = '' AND EXISTS (SELECT 1 FROM whereabouts WHERE whereabouts.id = actions.id);
CREATE INDEX actions_city ON actions (spot, begins_at) WHERE deleted_at IS NULL;
ALTER TABLE calls ADD COLUMN city_id INTEGER;
UPDATE calls SET city_id = (SELECT whereabouts.city_id FROM whereabouts WHERE whereabouts.id = calls.statement_id);
CREATE INDEX calls_city ON calls (city_id) WHERE city_id IS NOT NULL;
DROP TABLE whereabouts;
-- The time under way or the next of what comes back. What began before this was kept is worked out when the server starts.
ALTER TABLE calls ADD COLUMN next_begins_at TIMESTAMP NOT NULL DEFAULT '1970-01-01 00:00:00';
ALTER TABLE calls ADD COLUMN next_ends_at TIMESTAMP NOT NULL DEFAULT '1970-01-01 00:00:00';
UPDATE calls SET next_begins_at = begins_at, next_ends_at = begins_at;
CREATE INDEX calls_next ON calls (next_ends_at);
