-- Presence cell by cell, with the id of the journey.
-- Reads presence, journeys and the grid. Read by the itinerary (src/features/discovery/itinerary.repository.ts), tests
-- and people.
CREATE OR REPLACE VIEW presence_cells AS
SELECT j.id AS journey_id, v.cell, v.bucket
FROM presence AS p JOIN journeys AS j ON j.no = p.journey_no, presence_visits(p.place, p.visits) AS v;
