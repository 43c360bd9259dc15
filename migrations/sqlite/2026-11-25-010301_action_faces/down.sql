DROP TABLE action_faces;
