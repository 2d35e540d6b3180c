-- The degrees from one longitude to another, the shorter way around the globe; negative to the west.
-- Reads nothing. Called by shown_pieces.
CREATE OR REPLACE FUNCTION degrees_east(from_longitude double precision, to_longitude double precision)
RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT to_longitude - from_longitude - 360 * round((to_longitude - from_longitude) / 360)
$$;
