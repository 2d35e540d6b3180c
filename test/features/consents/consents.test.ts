import { neonConfig } from '@neondatabase/serverless';
import { describe, expect, test } from 'vitest';
import { sql } from '../../support/db.ts';
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
    expect(await auditOf(rider)).toEqual(['consents.withdraw_heart_rate', 'consents.give_heart_rate']);
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
        where: 'track 1, segment 1, point 1',
        count: 2,
        why: 'A heart rate is health data, which Kairos keeps only with your consent.',
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
    const sensorsOf = async () => (await rider.get(`/v1/journeys/${id}/tracks`)).json.items[0].sensors;
    expect(await sensorsOf()).toEqual([]);
    await rider.put(path, consent);
    expect(await sensorsOf()).toEqual([]);
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

  test("another rider's consent and withdrawal count for nobody else", async () => {
    const [anna, ben] = [await createRider(), await createRider()];
    await anna.put(path, consent);
    const mine = await importRide(anna);
    expect((await importRide(ben)).kept).toEqual([]);
    await ben.delete(path);
    const { json } = await anna.get(`/v1/journeys/${mine.id}/tracks`);
    expect(json.items[0].sensors).toEqual(['heart_rate']);
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
