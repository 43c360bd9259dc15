DROP TABLE action_reports;
DROP TABLE whereabouts;
