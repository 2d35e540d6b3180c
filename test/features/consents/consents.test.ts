import { neonConfig } from '@neondatabase/serverless';
import { describe, expect, test } from 'vitest';
import { sql, untilAsleep } from '../../support/db.ts';
import { createJourney, createRider, type Rider } from '../../support/factories.ts';
import { asGpx, gpx, importFile, importsOf } from '../tracks/lines.ts';

const path = '/v1/me/consents/heart_rate';
const consent = { statement_version: 1 };
const tpx = 'http://www.garmin.com/xmlschemas/TrackPointExtension/v1';

/** A ride of two points with heart rates. */
const ride = gpx(
  `<trk><trkseg>${[120, 124]
    .map(
      (rate, index) =>
        `<trkpt lat="47.${index}" lon="8"><time>2026-05-01T08:0${index}:00Z</time><extensions><TrackPointExtension xmlns="${tpx}"><hr>${rate}</hr></TrackPointExtension></extensions></trkpt>`,
    )
    .join('')}</trkseg></trk>`,
);

async function importRide(rider: Rider) {
  const { id } = await createJourney(rider);
  const receipt = await importFile(rider, id, ride, 'past');
  const kept = await sql`
    select s.heart_rate from track_sensors s join tracks t on t.id = s.track_id where t.journey_id = ${id} and s.heart_rate is not null`;
  return { id, receipt, kept };
}

const codesOf = ({ left_out }: { left_out: { code: string }[] }): string[] => left_out.map(({ code }) => code);

const sensorsOf = async (rider: Rider, id: string): Promise<string[]> =>
  (await rider.get(`/v1/journeys/${id}/tracks`)).json.items[0].sensors;

const exportOf = async (rider: Rider, id: string): Promise<string> =>
  (await rider.get(`/v1/journeys/${id}/export.gpx?include=rides,heart_rate`)).text;

const auditOf = async (rider: Rider): Promise<string[]> =>
  (await rider.get('/v1/me/audit')).json.items
    .map(({ action }: { action: string }) => action)
    .filter((action: string) => action.startsWith('consents.'));

const keysOf = async (rider: Rider): Promise<unknown[]> =>
  await sql`select from health_keys where user_id = ${rider.id}`;

describe('consents', () => {
  test('a rider reads the statement, consents to it, and withdraws it', async () => {
    const rider = await createRider();
    const before = await rider.get('/v1/me/consents');
    const { json: document } = await rider.get('/openapi.json');
    const { example } = document.paths['/v1/me/consents'].get.responses[200].content['application/json'];
    expect(example.items[0].statement).toEqual(before.json.items[0].statement);
    expect(before.json).toEqual({
      items: [
        {
          purpose: 'heart_rate',
          statement: { version: 1, text: expect.stringContaining('heart rates') },
          given: null,
        },
      ],
      next_cursor: null,
    });
    const given = await rider.put(path, consent);
    expect(given.status, given.text).toBe(200);
    expect(given.json.given).toEqual({ at: expect.stringMatching(/Z$/), statement_version: 1 });
    expect((await rider.get('/v1/me/consents')).json.items).toEqual([given.json]);
    expect((await rider.delete(path)).status).toBe(204);
    expect((await rider.get('/v1/me/consents')).json).toEqual(before.json);
  });

  test('a consent to another version than the current one is refused, and so is another purpose', async () => {
    const rider = await createRider();
    const { status, json } = await rider.put(path, { statement_version: 2 });
    expect([status, json.code]).toEqual([409, 'consents.other_statement']);
    expect((await rider.put('/v1/me/consents/everything', consent)).status).toBe(422);
    expect((await rider.put(path, {})).status).toBe(422);
    expect(await keysOf(rider)).toEqual([]);
  });

  test('consenting or withdrawing again changes nothing and is not audited', async () => {
    const rider = await createRider();
    const first = await rider.put(path, consent);
    expect((await rider.put(path, consent)).json).toEqual(first.json);
    for (let count = 0; count < 3; count += 1) expect((await rider.delete(path)).status).toBe(204);
    expect(await auditOf(rider)).toEqual(['consents.withdraw_heart_rate', 'consents.give_heart_rate_1']);
  });

  test('a key of a program can neither read, give nor withdraw a consent', async () => {
    const rider = await createRider();
    await rider.put(path, consent);
    const { json } = await rider.post('/v1/api-keys', { name: 'All', scopes: ['journeys:read', 'journeys:write'] });
    const headers = { Authorization: `Bearer ${json.token}` };
    for (const call of [
      () => rider.get('/v1/me/consents', { headers }),
      () => rider.put(path, consent, { headers }),
      () => rider.delete(path, { headers }),
    ])
      expect((await call()).status).toBe(403);
    expect((await rider.get('/v1/me/consents')).json.items[0].given).not.toBeNull();
  });
});

describe('heart rates', () => {
  test('without consent they are left out, and the receipt says where and how many [I40]', async () => {
    const rider = await createRider();
    const { receipt, kept } = await importRide(rider);
    expect(receipt.left_out).toEqual([
      {
        code: 'heart_rate_without_consent',
        where: 'track 1',
        count: 2,
        why: expect.stringContaining('only with your consent'),
      },
    ]);
    expect(kept).toEqual([]);
  });

  test('with consent they are kept, encrypted, and no row has them as they are', async () => {
    const rider = await createRider();
    await rider.put(path, consent);
    const { receipt, kept } = await importRide(rider);
    expect(receipt.left_out).toEqual([]);
    expect(kept).toHaveLength(1);
    const sealed = new Uint8Array(kept[0]?.heart_rate);
    // A nonce, two rates and a tag.
    expect(sealed).toHaveLength(12 + 2 + 16);
    const again = await importRide(rider);
    expect(new Uint8Array(again.kept[0]?.heart_rate)).not.toEqual(sealed);
  });

  test('a withdrawn consent deletes them and the key at once, and a new consent does not bring them back [I40]', async () => {
    const rider = await createRider();
    await rider.put(path, consent);
    const { id } = await importRide(rider);
    expect(await keysOf(rider)).toHaveLength(1);
    await rider.delete(path);
    expect(await keysOf(rider)).toEqual([]);
    expect(await sensorsOf(rider, id)).toEqual([]);
    await rider.put(path, consent);
    expect(await sensorsOf(rider, id)).toEqual([]);
    expect((await importRide(rider)).kept).toHaveLength(1);
  });

  test.each([
    ['withdrawn', async (rider: Rider) => await rider.delete(path)],
    [
      'withdrawn and given again',
      async (rider: Rider) => {
        await rider.delete(path);
        await rider.put(path, consent);
      },
    ],
  ])('a consent that is %s while a file is read refuses the file, and nothing is kept [I40]', async (_, change) => {
    const rider = await createRider();
    await rider.put(path, consent);
    const { id } = await createJourney(rider);
    neonConfig.fetchFunction = async (url: string, init: RequestInit) => {
      if (String(init.body).includes('insert into \\"track_sensors')) {
        neonConfig.fetchFunction = undefined;
        await change(rider);
      }
      return await fetch(url, init);
    };
    const { status, json } = await rider.post(importsOf(id, 'past'), ride, asGpx);
    expect([status, json.code]).toEqual([409, 'consents.changed']);
    expect((await rider.get(`/v1/journeys/${id}/tracks`)).json.items).toEqual([]);
    expect((await rider.post(importsOf(id, 'past'), ride, asGpx)).status).toBe(201);
  });

  test('a consent to an earlier statement keeps nothing new, and what is there stays', async () => {
    const rider = await createRider();
    await rider.put(path, consent);
    const { id } = await importRide(rider);
    await sql`update consents set statement_version = 0 where user_id = ${rider.id}`;
    const later = await importRide(rider);
    expect(codesOf(later.receipt)).toEqual(['heart_rate_without_consent']);
    expect(later.kept).toEqual([]);
    expect(await exportOf(rider, id)).toContain('<gpxtpx:hr>120</gpxtpx:hr>');
    expect((await rider.put(path, consent)).status).toBe(200);
    expect((await importRide(rider)).kept).toHaveLength(1);
    expect(await exportOf(rider, id)).toContain('<gpxtpx:hr>120</gpxtpx:hr>');
  });

  test('a consent deletes what no key opens any more, as after a restore without keys', async () => {
    const rider = await createRider();
    await rider.put(path, consent);
    const { id } = await importRide(rider);
    await sql`delete from health_keys where user_id = ${rider.id}`;
    expect(await exportOf(rider, id)).not.toContain(':hr>');
    expect((await rider.put(path, consent)).status).toBe(200);
    expect(await sensorsOf(rider, id)).toEqual([]);
    expect(await exportOf(rider, id)).not.toContain(':hr>');
    expect((await importRide(rider)).kept).toHaveLength(1);
  });

  test('what another key has encrypted is in no file, as after a restore with the keys of another time', async () => {
    const rider = await createRider();
    await rider.put(path, consent);
    const { id } = await importRide(rider);
    const other = await createRider();
    await other.put(path, consent);
    const { kept } = await importRide(other);
    await sql`update track_sensors set heart_rate = ${kept[0]?.heart_rate}
      where track_id in (select id from tracks where journey_id = ${id})`;
    expect(await exportOf(rider, id)).toContain('<trkpt lat="47" lon="8">');
    expect(await exportOf(rider, id)).not.toContain(':hr>');
  });

  test('a withdrawal leaves what other sensors measured', async () => {
    const rider = await createRider();
    await rider.put(path, consent);
    const { id } = await createJourney(rider);
    await importFile(rider, id, ride.replace('<hr>124</hr>', '<hr>124</hr><cad>80</cad>'), 'past');
    expect(await sensorsOf(rider, id)).toEqual(['cadence', 'heart_rate']);
    await rider.delete(path);
    expect(await sensorsOf(rider, id)).toEqual(['cadence']);
  });

  test('a file that was imported before the consent brings them when it is imported again in its place', async () => {
    const rider = await createRider();
    const { id, receipt } = await importRide(rider);
    await rider.put(path, consent);
    expect((await rider.post(importsOf(id, 'past'), ride, asGpx)).json.already_imported).toBe(true);
    const again = await rider.put(importsOf(id, 'past').replace('?', `/${receipt.id}?`), ride, asGpx);
    expect([again.status, again.json.left_out]).toEqual([200, []]);
    expect(await exportOf(rider, id)).toContain('<gpxtpx:hr>120</gpxtpx:hr>');
  });

  test.each([
    ['first', [0, 1]],
    ['last', [1, 0]],
  ])('a withdrawal waits for a deletion that begins with the %s line, and both succeed', async (_, order) => {
    const rider = await createRider();
    await rider.put(path, consent);
    const { id } = await createJourney(rider);
    for (const longitude of [8, 9])
      await importFile(rider, id, ride.replaceAll('lon="8"', `lon="${longitude}"`), 'past');
    const { json } = await rider.get(`/v1/journeys/${id}/tracks`);
    const lines = order.map((index) => json.items[index].id);
    const deletion = sql.transaction([
      sql`select from journeys where id = ${id} for update`,
      sql`delete from track_sensors where track_id = ${lines[0]}`,
      sql`select pg_sleep(0.5)`,
      sql`delete from track_sensors where track_id = ${lines[1]}`,
    ]);
    await untilAsleep(deletion);
    expect((await rider.delete(path)).status).toBe(204);
    await deletion;
    expect(await sensorsOf(rider, id)).toEqual([]);
  });

  test("another rider's consent and withdrawal count for nobody else", async () => {
    const [anna, ben] = [await createRider(), await createRider()];
    await anna.put(path, consent);
    const mine = await importRide(anna);
    expect((await importRide(ben)).kept).toEqual([]);
    await ben.delete(path);
    expect(await sensorsOf(anna, mine.id)).toEqual(['heart_rate']);
  });

  test('the account takes its key and consent with it', async () => {
    const rider = await createRider();
    await rider.put(path, consent);
    await importRide(rider);
    expect((await rider.delete('/v1/me')).status).toBe(204);
    expect(await keysOf(rider)).toEqual([]);
    expect(await sql`select from consents where user_id = ${rider.id}`).toEqual([]);
  });
});
