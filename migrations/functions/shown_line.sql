-- The published pieces of a line and their length. A ridden line ends at the last point at which it entered a grid cell
-- at or before `latest`, and is published only if it was imported at or before `latest`, because the clock of a receiver
-- may be wrong by years. With `is_exact` the time does not cut it. Returns no row for an unknown line, and for one of a
-- journey that is being published.
-- Reads the track and its journey. Called by shown_lines. PL/pgSQL caches the plan.
CREATE OR REPLACE FUNCTION shown_line(track uuid, latest timestamptz, is_exact boolean)
RETURNS TABLE (line geometry, distance_m double precision)
LANGUAGE plpgsql STABLE ROWS 1 AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT CASE WHEN whole.crosses_antimeridian THEN ST_ShiftLongitude(cut.line) ELSE cut.line END, cut.distance_m
  FROM tracks AS t JOIN journeys AS j ON j.id = t.journey_id AND NOT is_publishing(j)
  -- cut_line interpolates on a plane, so a line that crosses the antimeridian is shifted before it is cut.
  CROSS JOIN LATERAL (SELECT ST_XMax(t.line) - ST_XMin(t.line) > 180 AS crosses_antimeridian) AS whole
  CROSS JOIN LATERAL (
    SELECT CASE
      WHEN is_exact OR t.kind = 'plan' THEN 'infinity'::double precision
      WHEN t.created_at > latest THEN 0
      WHEN t.cell_entries_at IS NULL THEN 'infinity'
      ELSE coalesce((
        SELECT max(e.entry_m) FROM unnest(t.cell_entries_m, t.cell_entries_at) AS e (entry_m, at) WHERE e.at <= latest), 0)
    END AS until_m
  ) AS ridden
  CROSS JOIN LATERAL (
    SELECT array_agg(p.from_m ORDER BY p.from_m) AS from_m, array_agg(p.to_m ORDER BY p.from_m) AS to_m,
      sum(p.to_m - p.from_m) AS distance_m
    FROM (
      SELECT s.from_m, least(s.to_m, ridden.until_m) AS to_m FROM unnest(t.shown_from_m, t.shown_to_m) AS s (from_m, to_m)
    ) AS p
    WHERE p.from_m < p.to_m
  ) AS pieces
  CROSS JOIN LATERAL (
    SELECT ST_CollectionExtract(ST_Collect(piece.line ORDER BY piece.n), 2) AS line, pieces.distance_m
    FROM unnest(cut_pieces(
      CASE WHEN whole.crosses_antimeridian THEN ST_ShiftLongitude(joined_line(t)) ELSE joined_line(t) END, pieces.from_m, pieces.to_m)
    ) WITH ORDINALITY AS piece (line, n)
  ) AS cut
  WHERE t.id = track;
END
$$;
