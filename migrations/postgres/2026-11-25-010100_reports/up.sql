-- Where calls and actions take place, for lists by city and for counting: by the id of the statement or of the action.
CREATE TABLE whereabouts (
    id TEXT PRIMARY KEY NOT NULL,
    -- The GeoNames id.
    city_id INTEGER,
    -- One word for each city: its number, or name and country where it has none; empty where none is told.
    city TEXT NOT NULL,
    country TEXT NOT NULL,
    cancelled BOOLEAN NOT NULL
);
CREATE INDEX whereabouts_city ON whereabouts (city_id);
INSERT INTO whereabouts (id, city_id, city, country, cancelled)
SELECT id,
    CAST(NULLIF(CAST((content::json #>> '{place,city,id}') AS TEXT), '0') AS INTEGER),
    COALESCE(NULLIF(CAST((content::json #>> '{place,city,id}') AS TEXT), '0'), lower((content::json #>> '{place,city,name}')) || '|' || COALESCE((content::json #>> '{place,country}'), ''), ''),
    COALESCE((content::json #>> '{place,country}'), ''),
    COALESCE((content::json #>> '{status}'), '') = 'cancelled'
FROM actions;
INSERT INTO whereabouts (id, city_id, city, country, cancelled)
SELECT calls.statement_id,
    CAST(NULLIF(CAST((statement_versions.content::json #>> '{call,place,city,id}') AS TEXT), '0') AS INTEGER),
    COALESCE(NULLIF(CAST((statement_versions.content::json #>> '{call,place,city,id}') AS TEXT), '0'), lower((statement_versions.content::json #>> '{call,place,city,name}')) || '|' || COALESCE((statement_versions.content::json #>> '{call,place,country}'), ''), ''),
    COALESCE((statement_versions.content::json #>> '{call,place,country}'), ''),
    COALESCE((statement_versions.content::json #>> '{call,status}'), '') = 'cancelled'
FROM calls
JOIN statements ON statements.id = calls.statement_id
JOIN statement_versions ON statement_versions.statement_id = statements.id AND statement_versions.n = statements.version;
-- Reports of actions by those who organised them: statements of ours, and posts of others.
CREATE TABLE action_reports (
    uri TEXT PRIMARY KEY NOT NULL,
    action_uri TEXT NOT NULL,
    -- One of the two.
    statement_id TEXT REFERENCES statements (id) ON DELETE CASCADE,
    post_id TEXT REFERENCES remote_posts (id) ON DELETE CASCADE,
    -- How many people came, where it says so.
    least INTEGER,
    most INTEGER,
    published TIMESTAMP NOT NULL
);
CREATE INDEX action_reports_action ON action_reports (action_uri);
