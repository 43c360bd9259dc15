DROP TABLE draws;
DROP TABLE recall_wishes;
DROP TABLE mandate_holders;
DROP TABLE mandates;
