DROP INDEX actions_spots;
DROP INDEX actions_listed;
ALTER TABLE actions DROP COLUMN status;
ALTER TABLE actions DROP COLUMN town;
ALTER TABLE actions DROP COLUMN spot;
ALTER TABLE actions DROP COLUMN country;
ALTER TABLE actions DROP COLUMN day;
