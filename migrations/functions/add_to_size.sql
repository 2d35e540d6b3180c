-- Adds to what a journey stores. A journey that is being deleted has no row to add to.
-- Reads journeys and writes journey_sizes. Called by count_lines, count_markers and count_imports.
CREATE OR REPLACE FUNCTION add_to_size(
  journey uuid, more_lines bigint, more_points bigint, more_markers bigint, more_imports bigint, more_bytes bigint
) RETURNS void
LANGUAGE sql VOLATILE AS $$
  INSERT INTO journey_sizes AS s (journey_id, lines, points, markers, imports, bytes)
  SELECT j.id, more_lines, more_points, more_markers, more_imports, more_bytes FROM journeys AS j WHERE j.id = journey
  ON CONFLICT (journey_id) DO UPDATE SET
    lines = s.lines + excluded.lines, points = s.points + excluded.points, markers = s.markers + excluded.markers,
    imports = s.imports + excluded.imports, bytes = s.bytes + excluded.bytes
$$;
