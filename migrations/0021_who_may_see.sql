-- Nearly every call asks these. PL/pgSQL keeps their plans, which take longer to make than an answer does.

-- The role that the rider of a session has; nothing where it is over, or the rider is disabled.
CREATE FUNCTION live_role(session uuid, rider uuid, moment timestamptz) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT u.role FROM sessions AS s JOIN users AS u ON u.id = s.user_id
    WHERE s.id = session AND s.user_id = rider AND s.revoked_at IS NULL AND s.expires_at > moment
      AND u.disabled_at IS NULL
  );
END
$$;--> statement-breakpoint
-- Others may know that there is such a journey: who is not on show has none.
CREATE FUNCTION there_for_others(journey journeys) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN journey.visibility <> 'private' AND journey.status <> 'completed'
    AND EXISTS (SELECT FROM users AS u WHERE u.id = journey.owner_id AND u.is_on_show);
END
$$;--> statement-breakpoint
-- The journey is there for others, and its rider lets this one see exactly where they are. A block ends the connection.
CREATE FUNCTION shown_exactly_to(journey journeys, viewer uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN there_for_others(journey) AND (
    EXISTS (
      SELECT FROM connections AS c
      WHERE c.requester_journey_id = journey.id AND c.requester_exact AND c.addressee_id = viewer AND c.state = 'accepted')
    OR EXISTS (
      SELECT FROM connections AS c
      WHERE c.addressee_journey_id = journey.id AND c.addressee_exact AND c.requester_id = viewer AND c.state = 'accepted')
  );
END
$$;--> statement-breakpoint
-- The journey is there for others, and its rider is in touch with this one.
CREATE FUNCTION shown_in_touch_with(journey journeys, viewer uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN there_for_others(journey)
    AND EXISTS (
      SELECT FROM connections AS c
      WHERE least(c.requester_id, c.addressee_id) = least(viewer, journey.owner_id)
        AND greatest(c.requester_id, c.addressee_id) = greatest(viewer, journey.owner_id)
        AND c.state = 'accepted')
    AND NOT EXISTS (SELECT FROM silences AS s WHERE s.rider_id = viewer AND s.other_id = journey.owner_id);
END
$$;--> statement-breakpoint
-- The journey is this rider's, or public, or shown to them exactly. Who is not on show has nothing public.
CREATE FUNCTION visible_to(journey journeys, viewer uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF journey.owner_id = viewer OR journey.visibility = 'private' THEN
    RETURN journey.owner_id = viewer;
  END IF;
  RETURN (
      journey.visibility = 'public' AND EXISTS (SELECT FROM users AS u WHERE u.id = journey.owner_id AND u.is_on_show)
      OR shown_exactly_to(journey, viewer)
    )
    AND NOT EXISTS (SELECT FROM silences AS s WHERE s.rider_id = viewer AND s.other_id = journey.owner_id);
END
$$;--> statement-breakpoint
-- What others may know of a line, its shown pieces and their length: of what was ridden, as far as it had come into its
-- last cell of the grid by then; to whom exact is granted, all of it. No row where there is no such line.
CREATE FUNCTION shown_line(track uuid, latest timestamptz, is_exact boolean)
RETURNS TABLE (line geometry, distance_m double precision)
LANGUAGE plpgsql STABLE ROWS 1 AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT CASE WHEN whole.is_over_the_seam THEN ST_ShiftLongitude(cut.line) ELSE cut.line END, cut.distance_m
  FROM tracks AS t
  -- ST_LocateBetween interpolates on a plane: a line over the antimeridian is cut with the seam elsewhere.
  CROSS JOIN LATERAL (SELECT ST_XMax(t.line) - ST_XMin(t.line) > 180 AS is_over_the_seam) AS whole
  CROSS JOIN LATERAL (
    SELECT CASE
      WHEN is_exact OR t.kind = 'plan' THEN 'infinity'::double precision
      WHEN t.cell_entries_at IS NOT NULL THEN coalesce((
        SELECT max(e.entry_m) FROM unnest(t.cell_entries_m, t.cell_entries_at) AS e (entry_m, at) WHERE e.at <= latest), 0)
      WHEN t.created_at <= latest THEN 'infinity'
      ELSE 0
    END AS until_m
  ) AS ridden
  CROSS JOIN LATERAL (
    SELECT ST_CollectionExtract(ST_Collect(ST_LocateBetween(
      CASE WHEN whole.is_over_the_seam THEN ST_ShiftLongitude(t.line) ELSE t.line END, p.from_m, p.to_m)), 2) AS line,
      sum(p.to_m - p.from_m) AS distance_m
    FROM (
      SELECT s.from_m, least(s.to_m, ridden.until_m) AS to_m FROM unnest(t.shown_from_m, t.shown_to_m) AS s (from_m, to_m)
    ) AS p
    WHERE p.from_m < p.to_m
  ) AS cut
  WHERE t.id = track;
END
$$;
