import { describe, expect, test } from 'vitest';
import { cellAt } from '../../../src/lib/grid.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider } from '../../support/factories.ts';
import { createConnection } from '../connections/connected.ts';
import { type Fix, gpx, importFile, metresBetween, pointsOf, readRoute, track } from '../tracks/lines.ts';
import { zoneAt } from './zones.ts';

const home: Fix = [11, 47.3, 900];
const cellar: Fix = [11, 47.3, 0];
/** A flat road of ten points, about 7.5 km apart. */
const road = (from: number): Fix[] => Array.from({ length: 10 }, (_, n) => [from + n / 10, 47.3, 100]);

/** Lines of two segments; at home, where one of them starts or ends, the recorder stands still for some points. */
const cases: [where: string, segments: Fix[][]][] = [
  ['ends at home', [[...road(8), cellar, cellar, cellar], road(13)]],
  ['starts at home', [road(8), [home, home, home, ...road(12)]]],
  ['ends at home with a single point', [[...road(8), cellar], road(13)]],
  ['starts at home with a single point', [road(8), [home, ...road(12)]]],
  ['stands still at home', [road(8), [home, home], road(12)]],
];

describe.each(cases)('a line with a gap, of which a segment %s', (_, segments) => {
  test.each(['', '?tolerance_m=10', '?max_points=1000'])(
    'a stranger sees no point of the line within a privacy zone (with %j) [I34]',
    async (query) => {
      const [rider, stranger] = [await createRider(), await createRider()];
      await rider.post('/v1/me/privacy-zones', zoneAt([11, 47.3]));
      const { id } = await createJourney(rider, { visibility: 'public' });
      await importFile(rider, id, gpx(track(segments)));
      const shown = (await readRoute(stranger, id, query)).flatMap(pointsOf);
      expect(shown.length).toBeGreaterThan(2);
      for (const point of shown) expect(metresBetween(point, home)).toBeGreaterThan(2_000);
    },
  );

  test('the cell of home is not among the cells that others may know [I34]', async () => {
    const rider = await createRider();
    await rider.post('/v1/me/privacy-zones', zoneAt([11, 47.3]));
    const { id } = await createJourney(rider, {
      visibility: 'public',
      starts_on: '2027-06-01',
      daily_distance_m: 60_000,
    });
    await importFile(rider, id, gpx(track(segments)));
    const rows = await sql`select distinct cell from journey_visits(${id}, ${new Date().toISOString()})`;
    expect(rows.length).toBeGreaterThan(2);
    expect(rows.map(({ cell }) => cell)).not.toContain(cellAt([11, 47.3]));
  });

  test('the ascents of days that a rider with a grant sees do not depend on the elevation of home [I34]', async () => {
    const { anna, ben, connection, id } = await createConnection();
    await ben.patch(connection, { exact: true });
    await ben.post('/v1/me/privacy-zones', zoneAt([11, 47.3]));
    await importFile(ben, id, gpx(track(segments)));
    const { status, json } = await anna.get(`/v1/journeys/${id}/days`);
    expect(status).toBe(200);
    const ascents = json.items.map(({ ascent_m }: { ascent_m: number | null }) => ascent_m);
    expect(ascents.length).toBeGreaterThan(5);
    expect(ascents.filter((ascent: number | null) => ascent !== 0 && ascent !== null)).toEqual([]);
  });
});
