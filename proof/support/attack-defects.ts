import type { Defect } from './defect.ts';

const encounters = 'src/features/discovery/encounter.repository.ts';

/** Defects that tell strangers two worlds apart, or lead them to a camp or a home. */
export const attackDefects: Readonly<Record<string, Defect>> = {
  'worlds: encounters sorted by exact positions': [
    {
      sqlFunction: 'show_encounters',
      find: 'WHERE NOT s.is_new\n  ORDER BY s.n;',
      replace: `WHERE NOT s.is_new
  ORDER BY s.reach, (SELECT ST_X(m.position::geometry) FROM markers AS m WHERE m.journey_id = j.journey_id ORDER BY m.id LIMIT 1), s.n;`,
    },
  ],
  // The added column takes the place of the column of the same name.
  "worlds: the other rider's exact day": {
    file: encounters,
    find: 'select * from show_encounters(',
    replace: `select show_encounters.*, coalesce((select floor(extract(epoch from min(m.at)) / 86400) / 3 from markers m
        where m.journey_id = show_encounters.journey_id)::float8, their_bucket) as their_bucket
      from show_encounters(`,
  },
  'worlds: the exact distance in place of a band': [
    {
      file: encounters,
      find: 'select * from show_encounters(',
      replace: `select show_encounters.*, coalesce((select min(ST_Distance(a.position, b.position)) from markers a, markers b
          where a.journey_id = \${journeyId} and b.journey_id = show_encounters.journey_id), reach_m) as reach_m
        from show_encounters(`,
    },
    {
      file: 'src/features/discovery/encounter.service.ts',
      find: 'bandOf(row.reach_m)',
      replace: 'Math.round(row.reach_m)',
    },
  ],
  'worlds: the name of a journey that is not public': [
    { sqlFunction: 'named_journey', find: "j.visibility = 'public' OR", replace: 'true OR' },
  ],
  'worlds: cells of another grid than the published one': {
    file: 'src/features/markers/marker.repository.ts',
    find: 'return { ...row, longitude, latitude, cell: cellAt(position) };',
    replace: 'return { ...row, longitude, latitude, cell: cellAt([longitude, latitude + 0.1]) };',
  },
  'worlds: no shift': {
    file: 'src/features/presence/shift.rules.ts',
    find: 'return (2 * unsigned) / 0xffff_ffff - 1;',
    replace: 'return 0 * unsigned;',
  },
  'worlds: rides published without delay': [
    { sqlFunction: 'journey_visits', find: 'greatest(48, delay_h)', replace: '0' },
  ],
  'worlds: encounters with private journeys': [
    { sqlFunction: 'wanted_presence', find: "j.visibility <> 'private' AND ", replace: '' },
    { sqlFunction: 'candidates_within', find: "j.visibility <> 'private' AND ", replace: '' },
  ],
  'worlds: encounters with completed journeys': [
    { sqlFunction: 'wanted_presence', find: ' AND NOT j.is_over', replace: '' },
    { sqlFunction: 'candidates_within', find: ' AND NOT j.is_over', replace: '' },
  ],
  'worlds: encounters without those whom the viewer has blocked': [
    {
      sqlFunction: 'may_be_shown',
      find: 'b.blocker_id = u.id AND b.blocked_id = viewer',
      replace: '(b.blocker_id, b.blocked_id) IN ((u.id, viewer), (viewer, u.id))',
    },
  ],
  'worlds: rides that wait from their own times alone': [
    { sqlFunction: 'journey_visits', find: 'p.created_at <= s.latest AND ', replace: '' },
  ],
  'worlds: the status of a public journey at once': {
    file: 'src/features/audience/audience.predicates.ts',
    find: 'else shown_status(${journeys}, ${now}) end`',
    replace: 'else ${journeys.status} end`',
  },
  "worlds: an ETag over another's journey": {
    file: 'src/features/journeys/journey.routes.ts',
    find: "journey.audience === 'owner' ? etag(journey) : {}",
    replace: 'etag(journey)',
  },
  'worlds: a public journey shows its first day': {
    file: 'src/features/journeys/journey.schemas.ts',
    find: '  visibility: row.visibility,\n});',
    replace: '  visibility: row.visibility,\n  starts_on: row.startsOn,\n});',
  },
  'worlds: a count that includes private journeys': {
    file: 'src/features/journeys/rider-journeys.routes.ts',
    find: '    linkNext(c, nextCursor);\n',
    replace: `    linkNext(c, nextCursor);
    const all = await c.var.ctx.db.execute(\`select from journeys where owner_id = '\${c.req.valid('param').id}'\`);
    c.header('X-Total-Count', String(all.rowCount));\n`,
  },
  'worlds: a cursor that holds the version': {
    file: 'src/features/journeys/journey.service.ts',
    find: '(row) => [row.createdAt.toISOString(), row.id]',
    replace: '(row) => [row.createdAt.toISOString(), row.id, String(row.version)]',
  },
  'worlds: an error that names hidden data': {
    file: 'src/features/journeys/journey.service.ts',
    find: 'viewedAs, now: ctx.now().toISOString() });\n  if (!journey) throw journeyNotFound();',
    replace: `viewedAs, now: ctx.now().toISOString() });
  if (!journey) {
    const { rows } = await ctx.db.execute(\`select name from journeys where id = '\${id}'\`);
    throw Object.assign(journeyNotFound(), { message: \`No such journey as \${rows[0]?.name}.\` });
  }`,
  },
  'worlds: one more round trip for a journey that was edited often': {
    file: 'src/features/journeys/journey.service.ts',
    find: 'viewedAs, now: ctx.now().toISOString() });\n  if (!journey) throw journeyNotFound();',
    replace: `viewedAs, now: ctx.now().toISOString() });
  if (journey && journey.version > 3 && journey.ownerId !== userId) await getOwnJourney(ctx, id).catch(() => undefined);
  if (!journey) throw journeyNotFound();`,
  },
  'worlds: markers of a public journey': {
    file: 'src/features/markers/marker.repository.ts',
    find: '.where(and(eq(journeys.id, journeyId), eq(journeys.ownerId, ownerId)));',
    replace: `.where(and(eq(journeys.id, journeyId), sql\`(\${journeys.ownerId} = \${ownerId} or \${journeys.visibility} = 'public')\`));`,
  },
  'worlds: a public line with its ends': [
    {
      sqlFunction: 'shown_pieces',
      find: 'trim_m CONSTANT double precision := 2000',
      replace: 'trim_m CONSTANT double precision := 0',
    },
  ],
  'worlds: a public line through privacy zones': [
    { sqlFunction: 'shown_pieces', find: 'WHERE z.owner_id = owner', replace: 'WHERE false' },
  ],
  'worlds: markers in privacy zones': [
    { sqlFunction: 'journey_visits', find: 'WHERE z.owner_id = s.owner_id', replace: 'WHERE false' },
  ],

  'camp: no shift': {
    file: 'src/features/presence/shift.rules.ts',
    find: 'return (2 * unsigned) / 0xffff_ffff - 1;',
    replace: 'return 0 * unsigned;',
  },
  'homes: no zones': [{ sqlFunction: 'shown_pieces', find: 'WHERE z.owner_id = owner', replace: 'WHERE false' }],
};
