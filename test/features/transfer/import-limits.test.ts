import { describe, expect, test, vi } from 'vitest';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, type Rider } from '../../support/factories.ts';
import {
  asGpx,
  countsOf,
  type Fix,
  gpx,
  importFile,
  importsOf,
  parallel,
  pointsOf,
  readRoute,
  route,
  track,
  waypoint,
} from '../tracks/lines.ts';

const nothing = { tracks: 0, markers: 0, presence: 0 };
const megabyte = 1024 * 1024;

async function createJourneyOfMine(fields: Record<string, unknown> = {}) {
  const rider = await createRider();
  return { rider, id: (await createJourney(rider, fields)).id };
}

/** A well-formed file whose only fault is its length. */
function* longFile(bytes: number): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  const comment = encoder.encode(`<!--${'x'.repeat(65_529)}-->`);
  yield encoder.encode(gpx(track([parallel(9, [1, 1])])).replace('</gpx>', ''));
  for (let sent = 0; sent < bytes; sent += comment.length) yield comment;
  yield encoder.encode('</gpx>');
}

const streamed = (chunks: Iterator<Uint8Array>): ReadableStream<Uint8Array> =>
  new ReadableStream({
    pull(controller) {
      const { done, value } = chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });

describe('imports of more than 20 MB [K1]', () => {
  const tooLarge = { status: 413, json: { code: 'http.body_too_large' } };

  test('an import whose Content-Length is over 20 MB is refused before it is read', async () => {
    const { rider, id } = await createJourneyOfMine();
    const headers = { ...asGpx.headers, 'Content-Length': String(20 * megabyte + 1) };
    expect(await rider.post(importsOf(id), new Uint8Array(20 * megabyte + 1), { headers })).toMatchObject(tooLarge);
    expect(await countsOf(id)).toEqual(nothing);
  });

  test('an import over 20 MB is refused even with a missing or wrong Content-Length', async () => {
    const { rider, id } = await createJourneyOfMine();
    const lying = { headers: { ...asGpx.headers, 'Content-Length': '7' } };
    for (const labels of [asGpx, lying]) {
      expect(await rider.post(importsOf(id), streamed(longFile(20 * megabyte)), labels)).toMatchObject(tooLarge);
    }
    expect(await countsOf(id)).toEqual(nothing);
  });

  test('an import of 19 MB is accepted', async () => {
    const { rider, id } = await createJourneyOfMine();
    const { status, text } = await rider.post(importsOf(id), streamed(longFile(19 * megabyte)), asGpx);
    expect(status, text).toBe(201);
  });
});

describe('a plan of 46,000 points', () => {
  /** Twice the Tour Divide, with bends, at 100 m a point: four days at five. */
  const points = Array.from(
    { length: 46_000 },
    (_, n): Fix => [
      Number((-115 + n * 0.0008 + 0.01 * Math.sin(n / 40)).toFixed(6)),
      Number((51 - n * 0.0004 + 0.01 * Math.cos(n / 70)).toFixed(6)),
      Math.round(1_500 + 700 * Math.sin(n / 500)),
    ],
  );
  const file = gpx(track([points], 'Long'));

  /** How often the Worker asked the database while `work` ran. */
  async function recordTrips(work: () => Promise<unknown>): Promise<number> {
    const fetched = vi.spyOn(globalThis, 'fetch');
    await work();
    return fetched.mock.calls.filter(([input]) => String(input instanceof Request ? input.url : input).endsWith('/sql'))
      .length;
  }

  test('a plan of 46,000 points is imported in one round trip to the database and comes back whole', async () => {
    const fields = { visibility: 'discoverable', starts_on: '2027-06-01', daily_distance_m: 100_000 };
    const { rider, id } = await createJourneyOfMine(fields);
    let receipt: { points_kept?: number } = {};
    const trips = await recordTrips(async () => {
      receipt = await importFile(rider, id, file);
    });
    expect(receipt).toMatchObject({ tracks: 1, points_read: 46_000, points_kept: 46_000, left_out: [] });
    expect(trips).toBe(1);

    const [feature] = await readRoute(rider, id);
    expect(feature && pointsOf(feature)).toEqual(points);
    const [coarse] = await readRoute(rider, id, '?max_points=1000');
    expect(coarse && pointsOf(coarse).length).toBeGreaterThan(200);
    expect(coarse && pointsOf(coarse).length).toBeLessThanOrEqual(1_000);
    expect((await countsOf(id))?.presence).toBeGreaterThan(100);
  });
});

describe('limits of a journey', () => {
  const full = { status: 409, json: { code: 'tracks.too_many' } };
  const small = gpx(route(parallel(5, [1, 1])), waypoint([1, 1]));
  const grow = (id: string, change: { points?: number; metres?: number }) => sql`
    update tracks set point_count = ${change.points ?? 5}, distance_m = ${change.metres ?? 1} where journey_id = ${id}`;

  async function importAgain(rider: Rider, id: string) {
    const before = await countsOf(id);
    const another = small.replace('</gpx>', `<!-- ${crypto.randomUUID()} --></gpx>`);
    const answer = await rider.post(importsOf(id, 'past'), another, asGpx);
    if (answer.status === 409) expect(await countsOf(id)).toEqual(before);
    return answer;
  }

  test('a journey holds at most 1,000 lines', async () => {
    const { rider, id } = await createJourneyOfMine();
    const lines = Array.from({ length: 999 }, (_, n) => route(parallel(2, [n / 10, 1])));
    await importFile(rider, id, gpx(...lines));
    expect((await importAgain(rider, id)).status).toBe(201);
    expect(await importAgain(rider, id)).toMatchObject(full);
    expect((await rider.post(importsOf(id), gpx(waypoint([1, 1])), asGpx)).status).toBe(201);
    expect(await readRoute(rider, id, '?max_points=2')).toHaveLength(999);
  });

  test('a journey holds at most a million points', async () => {
    const { rider, id } = await createJourneyOfMine();
    await importFile(rider, id, small);
    await grow(id, { points: 999_996 });
    expect(await importAgain(rider, id)).toMatchObject(full);
    await grow(id, { points: 999_995 });
    expect((await importAgain(rider, id)).status).toBe(201);
  });

  test('a journey holds at most 100,000 km of lines', async () => {
    const { rider, id } = await createJourneyOfMine();
    await importFile(rider, id, small);
    await grow(id, { metres: 99_999_000 });
    expect(await importAgain(rider, id)).toMatchObject(full);
    await grow(id, { metres: 99_990_000 });
    expect((await importAgain(rider, id)).status).toBe(201);
  });

  test('an import beyond 10,000 markers saves nothing of its file, not even its lines', async () => {
    const { rider, id } = await createJourneyOfMine();
    await sql`
      insert into markers (id, journey_id, name, marker_type, position, cell, created_at, updated_at)
      select gen_random_uuid(), ${id}, 'Stop ' || n, 'plan', 'POINT(16 48)', 0, '2026-01-01', '2026-01-01'
      from generate_series(1, 10000) as n`;
    expect(await rider.post(importsOf(id), small, asGpx)).toMatchObject({
      status: 409,
      json: { code: 'markers.too_many' },
    });
    expect(await countsOf(id)).toMatchObject({ tracks: 0, markers: 10_000 });
  });

  test('a line that jumps around the globe is refused before its cells are computed [K21]', async () => {
    const { rider, id } = await createJourneyOfMine({ visibility: 'discoverable' });
    const leaps = Array.from({ length: 20_000 }, (_, n): Fix => [n % 2 ? 170 : 0, 10]);
    expect(await rider.post(importsOf(id), gpx(track([leaps])), asGpx)).toMatchObject(full);
    expect(await countsOf(id)).toEqual(nothing);
  });
});
