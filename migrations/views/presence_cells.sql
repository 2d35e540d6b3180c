-- For people and tests: presence cell by cell.
CREATE OR REPLACE VIEW presence_cells AS
SELECT j.id AS journey_id, v.cell, v.bucket
FROM presence AS p JOIN journeys AS j ON j.no = p.journey_no, presence_visits(p.place, p.visits) AS v;
