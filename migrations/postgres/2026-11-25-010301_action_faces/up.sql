-- Which face of a local action a host got first, an event or a note: it gets the same one ever after.
CREATE TABLE action_faces (
    action_id TEXT NOT NULL REFERENCES actions (id) ON DELETE CASCADE,
    host TEXT NOT NULL,
    face TEXT NOT NULL,
    PRIMARY KEY (action_id, host)
);
