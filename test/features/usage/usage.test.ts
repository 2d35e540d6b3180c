import { v7 as uuidv7 } from 'uuid';
import { describe, expect, test } from 'vitest';
import type { Answer } from '../../support/app.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, gpxOf, type Rider } from '../../support/factories.ts';
import { otherWorker } from '../auth/sign-up.ts';
import { addImports, addJourneys, addLines, addMarkers } from './full-account.ts';

const marker = (fields = {}) => ({
  name: 'Camp',
  marker_type: 'plan',
  coordinates: { type: 'Point', coordinates: [16, 48] },
  ...fields,
});
const line = gpxOf([
  [16, 48],
  [16.1, 48],
]);
/** Each file is another one, because the same one would be there already. */
const importInto = (rider: Rider, journeyId: string, gpx = line): Promise<Answer> =>
  rider.post(`/v1/journeys/${journeyId}/imports?as=plan`, `${gpx}<!-- ${crypto.randomUUID()} -->`, {
    headers: { 'Content-Type': 'application/gpx+xml' },
  });
const usageOf = async (rider: Rider) => (await rider.get('/v1/me/usage')).json;
const outcomeOf = ({ status, json }: Answer) => (status < 300 ? status : `${status} ${json.code}`);
const tally = (answers: readonly Answer[]) => {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[outcomeOf(answer)] = (counts[outcomeOf(answer)] ?? 0) + 1;
  return counts;
};
const fifty = (make: (index: number) => Promise<Answer>) => Promise.all(Array.from({ length: 50 }, (_, n) => make(n)));

/** A rider whose journey has room for this many more of the thing that `fill` adds. */
async function riderWith(fill: (journeyId: string) => Promise<void>) {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  await fill(id);
  return { rider, id };
}

describe('what a rider has', () => {
  test('usage says what a rider has and has made today', async () => {
    const rider = await createRider();
    const { id } = await createJourney(rider, { visibility: 'public' });
    await createJourney(rider);
    expect((await importInto(rider, id)).status).toBe(201);
    await rider.post(`/v1/journeys/${id}/markers`, marker({ notes: 'Ünder' }));
    const usage = await usageOf(rider);
    expect(usage).toMatchObject({
      journeys: { used: 2, max: 500 },
      visible_journeys: { used: 1, max: 20 },
      lines: { used: 1, max: 10_000 },
      points: { used: 2, max: 5_000_000 },
      markers: { used: 1, max: 50_000 },
      imports: { used: 1, max: 5_000 },
      bytes: { max: 250_000_000 },
      journeys_per_day: { used: 2, max: 50 },
      imports_per_day: { used: 1, max: 100 },
    });
    const inADay = Date.now() + 86_400_000;
    expect(Math.abs(new Date(usage.journeys_per_day.resets_at).getTime() - inADay)).toBeLessThan(60_000);
    await rider.delete(`/v1/journeys/${id}`);
    expect(await usageOf(rider)).toMatchObject({
      journeys: { used: 1 },
      visible_journeys: { used: 0 },
      lines: { used: 0 },
      markers: { used: 0 },
      bytes: { used: 0 },
      journeys_per_day: { used: 2 },
    });
  });

  test('the bytes are those of points, times, names and notes', async () => {
    const { rider, id } = await riderWith(async () => {});
    await rider.post(`/v1/journeys/${id}/markers`, marker({ name: 'é', notes: '12345' }));
    expect((await usageOf(rider)).bytes.used).toBe(7);
    await importInto(rider, id);
    const [row] = await sql`select st_memsize(line) as size from tracks where journey_id = ${id}`;
    const { used } = (await usageOf(rider)).bytes;
    expect(used).toBeGreaterThan(row?.size);
    expect(used).toBeLessThan(row?.size + 200);
  });

  test('the usage of a rider who has nothing is 0', async () => {
    const usage = await usageOf(await createRider());
    for (const amount of Object.values<{ used: number }>(usage)) expect(amount.used).toBe(0);
    expect(usage.journeys_per_day.resets_at).toBeNull();
  });
});

describe('bounds on what a rider has', () => {
  test('fifty parallel creations of a journey stop at 500 journeys', async () => {
    const rider = await createRider();
    await addJourneys(rider, 490);
    const answers = await fifty(() => rider.post('/v1/journeys', { name: 'One more' }));
    expect(tally(answers)).toEqual({ 201: 10, '409 usage.too_many_journeys': 40 });
    expect((await usageOf(rider)).journeys).toEqual({ used: 500, max: 500 });
  });

  test('a journey that exists already is answered at the maximum of journeys', async () => {
    const rider = await createRider();
    const [id] = await addJourneys(rider, 500);
    expect((await rider.post('/v1/journeys', { id, name: 'Again' })).status).toBe(201);
  });

  test('fifty parallel creations of public journeys stop at 20 visible ones', async () => {
    const rider = await createRider();
    await addJourneys(rider, 15, 'public');
    const answers = await fifty(() => rider.post('/v1/journeys', { name: 'Look', visibility: 'discoverable' }));
    expect(tally(answers)).toEqual({ 201: 5, '409 usage.too_many_visible_journeys': 45 });
  });

  test('fifty parallel changes of visibility stop at 20 visible journeys, and a visible one may change', async () => {
    const rider = await createRider();
    const [visible] = await addJourneys(rider, 15, 'public');
    const hidden = await addJourneys(rider, 50);
    const answers = await fifty((n) => rider.patch(`/v1/journeys/${hidden[n]}`, { visibility: 'public' }));
    expect(tally(answers)).toEqual({ 200: 5, '409 usage.too_many_visible_journeys': 45 });
    expect((await rider.patch(`/v1/journeys/${visible}`, { visibility: 'discoverable' })).status).toBe(200);
    await rider.patch(`/v1/journeys/${visible}`, { visibility: 'private' });
    const next = hidden[answers.findIndex(({ status }) => status === 409)];
    expect((await rider.patch(`/v1/journeys/${next}`, { visibility: 'public' })).status).toBe(200);
  });

  test('fifty parallel creations of markers stop at 50,000 markers', async () => {
    const rider = await createRider();
    const [first = '', ...others] = await addJourneys(rider, 6);
    for (const id of others) await addMarkers(id, 9_998);
    const answers = await fifty(() => rider.post(`/v1/journeys/${first}/markers`, marker()));
    expect(tally(answers)).toEqual({ 201: 10, '409 usage.too_many_markers': 40 });
  });

  test('an existing marker is answered at the maximum of markers', async () => {
    const rider = await createRider();
    const [first = '', ...others] = await addJourneys(rider, 6);
    const id = uuidv7();
    await rider.post(`/v1/journeys/${first}/markers`, marker({ id }));
    for (const other of others) await addMarkers(other, 10_000);
    await sql`delete from markers where id = (select id from markers where journey_id = ${others[0] ?? ''} limit 1)`;
    expect((await rider.post(`/v1/journeys/${first}/markers`, marker({ id }))).status).toBe(201);
    expect((await usageOf(rider)).markers).toEqual({ used: 50_000, max: 50_000 });
  });

  test('ten parallel imports stop at 5 million points', async () => {
    const { rider, id } = await riderWith((journeyId) => addLines(journeyId, 1, { points: 4_999_990 }));
    const other = await createJourney(rider);
    const answers = await Promise.all(Array.from({ length: 10 }, () => importInto(rider, other.id)));
    expect(tally(answers)).toEqual({ 201: 5, '409 usage.too_many_points': 5 });
    await rider.delete(`/v1/journeys/${id}`);
    expect((await importInto(rider, other.id)).status).toBe(201);
  });

  test('an import is refused at 10,000 lines, at 5,000 imports and at 250 MB', async () => {
    const full: [string, (journeyId: string) => Promise<void>][] = [
      ['409 usage.too_many_lines', (id) => addLines(id, 10_000)],
      ['409 usage.too_many_imports', (id) => addImports(id, 5_000)],
      ['409 usage.too_many_bytes', (id) => addLines(id, 1, { bytes: 249_999_990 })],
    ];
    for (const [outcome, fill] of full) {
      const { rider } = await riderWith(fill);
      const { id } = await createJourney(rider);
      expect(outcomeOf(await importInto(rider, id))).toBe(outcome);
      expect((await usageOf(rider)).imports_per_day.used).toBe(0);
    }
  });

  test('the markers of a file are refused at 50,000 markers', async () => {
    const rider = await createRider();
    const [id = '', ...others] = await addJourneys(rider, 6);
    for (const other of others) await addMarkers(other, 10_000);
    const file = line.replace('<trk>', '<wpt lat="48" lon="16"><name>Well</name></wpt><trk>');
    expect(outcomeOf(await importInto(rider, id, file))).toBe('409 usage.too_many_markers');
    expect((await importInto(rider, id)).status).toBe(201);
  });

  test('texts of markers count as bytes when they are created and when they change', async () => {
    const { rider, id } = await riderWith((journeyId) => addLines(journeyId, 1, { bytes: 249_999_950 }));
    const path = `/v1/journeys/${id}/markers`;
    expect(outcomeOf(await rider.post(path, marker({ notes: 'x'.repeat(60) })))).toBe('409 usage.too_many_bytes');
    const { json } = await rider.post(path, marker({ notes: 'x'.repeat(30) }));
    const change = (length: number) => rider.patch(`${path}/${json.id}`, { notes: 'x'.repeat(length) });
    expect(outcomeOf(await change(60))).toBe('409 usage.too_many_bytes');
    expect(outcomeOf(await change(40))).toBe(200);
  });
});

describe('bounds on what a rider makes in a day', () => {
  test('fifty parallel creations of a journey stop at the limit of a day, also when journeys are deleted', async () => {
    const rider = await createRider();
    for (let n = 0; n < 40; n += 1) {
      const { id } = await createJourney(rider);
      await rider.delete(`/v1/journeys/${id}`);
    }
    const answers = await fifty(() => rider.post('/v1/journeys', { name: 'One more' }));
    expect(tally(answers)).toEqual({ 201: 10, '429 usage.too_many_journeys_today': 40 });
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers.get('Retry-After')).toBe('86400');
    expect(refused?.headers.get('RateLimit')).toContain('"journeys";r=0;t=86400');
    expect(refused?.headers.get('RateLimit-Policy')).toContain('"journeys";q=50;w=86400');
    await sql`update daily_counts set started_at = started_at - interval '24 hours' where user_id = ${rider.id}`;
    expect((await usageOf(rider)).journeys_per_day).toEqual({ used: 0, max: 50, resets_at: null });
    expect((await rider.post('/v1/journeys', { name: 'The next day' })).status).toBe(201);
    expect((await usageOf(rider)).journeys_per_day).toMatchObject({ used: 1 });
  });

  test('a second creation of the same journey does not count', async () => {
    const rider = await createRider();
    const id = uuidv7();
    for (const _ of [1, 2]) await rider.post('/v1/journeys', { id, name: 'Once' });
    for (const _ of [1, 2]) await rider.post('/v1/journeys', { name: 'Key' }, { headers: { 'Idempotency-Key': id } });
    expect((await usageOf(rider)).journeys_per_day.used).toBe(2);
  });

  test('ten parallel imports stop at the limit of a day', async () => {
    const rider = await createRider();
    const { id } = await createJourney(rider);
    await importInto(rider, id);
    await sql`update daily_counts set made = 96 where user_id = ${rider.id} and kind = 'imports'`;
    const answers = await Promise.all(Array.from({ length: 10 }, () => importInto(rider, id)));
    expect(tally(answers)).toEqual({ 201: 4, '429 usage.too_many_imports_today': 6 });
  });

  test('the hourly job deletes the counts of days that have ended and no others', async () => {
    const [old, young] = [await createRider(), await createRider()];
    for (const rider of [old, young]) await createJourney(rider);
    await sql`update daily_counts set started_at = started_at - interval '25 hours' where user_id = ${old.id}`;
    await otherWorker({}).cron('7 * * * *');
    const rows = await sql`select user_id from daily_counts where user_id = any(${[old.id, young.id]})`;
    expect(rows).toEqual([{ user_id: young.id }]);
  });
});

test('a rider keeps the newest 10,000 idempotency keys', async () => {
  const rider = await createRider();
  const before = new Date(Date.now() - 60_000).toISOString();
  await sql`
    insert into idempotency_keys (user_id, key_hash, request_hash, operation, resource_ids, status, created_at)
    select ${rider.id}, int4send(n), '', 'createJourney', '{}', 201, ${before}::timestamptz - n * interval '1 second'
    from generate_series(1, 10005) n`;
  const headers = { 'Idempotency-Key': 'newest' };
  expect((await rider.post('/v1/journeys', { name: 'Once' }, { headers })).status).toBe(201);
  const [row] = await sql`
    select count(*)::int, min(created_at) > ${before}::timestamptz - interval '10000 seconds' as is_newest
    from idempotency_keys where user_id = ${rider.id}`;
  expect(row).toEqual({ count: 10_000, is_newest: true });
});
