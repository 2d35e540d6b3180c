import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../local/database/database.ts';
import { createTestDatabase } from '../../local/database/test-database.ts';
import { writeGpx } from '../../local/sample/gpx.ts';
import { prepareSample } from '../../local/sample/prepare.ts';
import { sampleRiders } from '../../local/sample/riders.ts';
import { lengthM, routePoints, section } from '../../local/sample/route.ts';
import { dayOfArrival } from '../../local/sample/schedule.ts';
import { readFile } from '../../src/features/transfer/formats/file.ts';
import { readingLimits } from '../../src/features/transfer/formats/reading.ts';
import { distanceM } from '../../src/lib/geodesy.ts';

const routes = sampleRiders.map(({ journey }) => [journey.name, journey] as const);
const routeOf = (username: string) => {
  const rider = sampleRiders.find((one) => one.username === username);
  if (!rider) throw new Error(`no rider ${username}`);
  return rider.journey;
};

describe.each(routes)('the route of %s', (name, journey) => {
  const legs = routePoints(journey.legs);

  it(`the route of ${name} has a point at least every two kilometres and plausible elevations`, () => {
    for (const points of legs) {
      for (const [index, { position, elevationM }] of points.entries()) {
        const before = points[index - 1];
        if (before) expect(distanceM(before.position, position)).toBeLessThanOrEqual(2_001);
        expect(elevationM).toBeGreaterThan(0);
        expect(elevationM).toBeLessThan(4_000);
      }
    }
  });

  it(`the route of ${name} is imported by Kairos as it was drawn`, async () => {
    const bytes = new TextEncoder().encode(writeGpx(`${name} <&> more`, legs));
    const reading = await readFile(new Blob([bytes]).stream(), { limits: readingLimits, latestMs: undefined });

    if (!reading.ok) throw new Error(`${reading.where}: ${reading.why}`);
    expect(reading.leftOut).toEqual([]);
    expect(reading.pointsRead).toBe(legs.flat().length);
    expect(reading.lines.map((line) => line.name)).toEqual([`${name} <&> more`]);
    expect(reading.lines[0]?.segments.map((segment) => segment.longitudes.length)).toEqual(
      legs.map((points) => points.length),
    );
  });

  it(`the route of ${name} passes every stop of its rider in order`, () => {
    const arrivals = journey.stops.map(({ place }) => dayOfArrival(journey, place));

    expect(arrivals).toEqual(arrivals.toSorted((a, b) => a - b));
    expect(Math.max(...arrivals)).toBeLessThan(60);
  });
});

describe('the sample', () => {
  it('sample riders have unique ids, names and passwords', () => {
    const ids = sampleRiders.flatMap(({ id, journey }) => [id, journey.id]);

    expect(sampleRiders.length).toBeGreaterThanOrEqual(6);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(sampleRiders.map(({ password }) => password)).size).toBe(sampleRiders.length);
  });

  it.each([
    ['anna', 'bogdan'],
    ['carlos', 'dakota'],
  ])('the sample riders %s and %s are at one place within two days', (one, other) => {
    const [a, b] = [routeOf(one), routeOf(other)];
    const gaps = a.legs
      .flat()
      .map(([place]) => a.startsInDays + dayOfArrival(a, place) - b.startsInDays - dayOfArrival(b, place));

    expect(Math.min(...gaps.map(Math.abs))).toBeLessThanOrEqual(2);
  });

  it('a sample route crosses the antimeridian without going around the world', () => {
    const { legs } = routeOf('mere');
    const longitudes = routePoints(legs).flatMap((points) => points.map(({ position }) => position[0]));

    expect(longitudes.some((longitude) => longitude > 179.9)).toBe(true);
    expect(longitudes.some((longitude) => longitude < -179.8)).toBe(true);
    expect(longitudes.every((longitude) => Math.abs(longitude) > 177)).toBe(true);
    expect(lengthM(legs)).toBeLessThan(600_000);
  });
});

describe('a section', () => {
  const { legs } = routeOf('ingrid');
  const names = (from: string, to: string) => section(legs, from, to).map((places) => places.map(([name]) => name));

  it('a section of a route leads from one place to another, across ferries', () => {
    expect(names('Svolvær', 'Stokmarknes')).toEqual([
      ['Svolvær', 'Fiskebøl'],
      ['Melbu', 'Stokmarknes'],
    ]);
    expect(names('Reine', 'Leknes')).toEqual([['Reine', 'Ramberg', 'Leknes']]);
  });

  it('a section is refused between places that the route does not connect', () => {
    expect(() => section(legs, 'Inari', 'Reine')).toThrow();
    expect(() => section(legs, 'Reine', 'Vienna')).toThrow();
  });
});

describe('preparing the sample', () => {
  const now = new Date('2026-05-01T12:00:00Z');
  const first = sampleRiders[0]?.journey ?? routeOf('anna');
  const calls: { call: string; body: string }[] = [];
  let database: Database;

  /** A stand-in for the API, which runs only in workerd; it accepts and records every call. */
  const api = createServer(async (request, response) => {
    calls.push({ call: `${request.method} ${request.url}`, body: await text(request) });
    const items = [{ id: 'stop', estimated_time: '2026-05-20T16:00:00.000Z' }];
    response.end(JSON.stringify({ access_token: 'token', items }));
  });
  const address = () => {
    const listening = api.address();
    return `http://127.0.0.1:${typeof listening === 'object' ? listening?.port : ''}`;
  };

  beforeAll(async () => {
    database = await createTestDatabase({ url: process.env.DATABASE_URL });
    await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    api.close();
    await database.close();
  });

  const run = (query: string, ...params: string[]) => database.run({ query, params });
  const insertJourney = (startsOn: string) =>
    run(
      `insert into journeys (id, owner_id, name, starts_on, shift_s, skew, created_at, updated_at)
       select $1, id, 'x', $2, 0, 0, created_at, created_at from users where username = 'anna'
       on conflict (id) do update set starts_on = $2`,
      first.id,
      startsOn,
    );
  async function prepare() {
    calls.length = 0;
    const riders = await prepareSample({ api: address(), database, now });
    return {
      riders: riders.length,
      calls: calls.filter(({ call, body }) => call.includes(first.id) || body.includes(first.id)),
    };
  }

  it('the sample is not loaded into a database with other riders', async () => {
    await run(
      `insert into users (id, email, name, created_at, updated_at)
       values (gen_random_uuid(), 'someone@example.org', 'Someone', $1, $1)`,
      now.toISOString(),
    );
    expect(await prepare()).toEqual({ riders: 0, calls: [] });
    expect(calls).toEqual([]);
    await run('delete from users');
  });

  it('the sample is loaded into an empty database through the API, the route last', async () => {
    expect(await prepare()).toEqual({
      riders: sampleRiders.length,
      calls: [
        { call: 'POST /v1/journeys', body: expect.stringContaining('"starts_on":"2026-05-04"') },
        { call: `POST /v1/journeys/${first.id}/markers/batch`, body: expect.stringContaining('"marker_type":"plan"') },
        { call: `POST /v1/journeys/${first.id}/imports?as=plan`, body: expect.stringContaining('<trkpt') },
      ],
    });
    const { rows } = await run(
      "select count(*) from users where password_hash like '$argon2id$v=19$m=19456,t=2,p=1$%'",
    );
    expect(rows).toEqual([[String(sampleRiders.length)]]);
  });

  it('an interrupted load of the sample is continued', async () => {
    await insertJourney('2026-05-04');
    expect((await prepare()).calls.map(({ call }) => call)).toEqual([
      `POST /v1/journeys/${first.id}/markers/batch`,
      `POST /v1/journeys/${first.id}/imports?as=plan`,
    ]);
  });

  it('a sample journey whose dates have passed is moved with its stops', async () => {
    await run(
      `insert into tracks (id, journey_id, import_id, kind, ordinal, line, has_elevation, point_count, bytes, distance_m, cells, cell_entries_m, created_at)
       values (gen_random_uuid(), $1, gen_random_uuid(), 'plan', 0, 'SRID=4326;MULTILINESTRING ZM((8 48 1 0,9 48 1 1))', true, 2, 64, 1, '{}', '{}', $2)`,
      first.id,
      now.toISOString(),
    );
    await insertJourney('2026-05-02');
    expect((await prepare()).calls).toEqual([]);

    await insertJourney('2026-04-24');
    expect((await prepare()).calls).toEqual([
      { call: `PATCH /v1/journeys/${first.id}`, body: '{"starts_on":"2026-05-04"}' },
      { call: `GET /v1/journeys/${first.id}/markers?marker_type=plan`, body: '' },
      { call: `PATCH /v1/journeys/${first.id}/markers/stop`, body: '{"estimated_time":"2026-05-30T16:00:00.000Z"}' },
    ]);
  });
});
