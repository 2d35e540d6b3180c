import { describe, expect, test } from 'vitest';
import { clientWith } from '../../support/app.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, type LonLat, type Rider } from '../../support/factories.ts';
import { zoneAt } from './zones.ts';

async function createZone(rider: Rider, center: LonLat = [16.37, 48.21], fields: Record<string, unknown> = {}) {
  const { status, json, text } = await rider.post('/v1/me/privacy-zones', zoneAt(center, fields));
  if (status !== 201) throw new Error(text);
  return json as { id: string; version: number };
}

const choiceOf = async (rider: Rider) => (await rider.get('/v1/me')).json.privacy_zones;

describe('the choice of privacy zones', () => {
  test.each(['discoverable', 'public'])(
    'a journey cannot become %s before its rider decided about privacy zones',
    async (visibility) => {
      const rider = await createRider({ privacyZones: 'undecided' });
      const refused = { status: 409, json: expect.objectContaining({ code: 'zones.choice_required' }) };
      expect(await rider.post('/v1/journeys', { name: 'Out', visibility })).toMatchObject(refused);
      const { id } = await createJourney(rider, { visibility: 'private' });
      expect(await rider.patch(`/v1/journeys/${id}`, { visibility, name: 'Renamed' })).toMatchObject(refused);
      expect((await rider.get(`/v1/journeys/${id}`)).json).toMatchObject({ visibility: 'private', name: 'A journey' });
      expect(await rider.patch(`/v1/journeys/${id}`, { visibility: 'private' })).toMatchObject({ status: 200 });
    },
  );

  test('a rider who needs no privacy zone can say so and then publish', async () => {
    const rider = await createRider({ privacyZones: 'undecided' });
    expect(await choiceOf(rider)).toBe('undecided');
    expect((await rider.patch('/v1/me', { privacy_zones: 'none' })).json.privacy_zones).toBe('none');
    expect(await rider.post('/v1/journeys', { name: 'Out', visibility: 'public' })).toMatchObject({ status: 201 });
  });

  test('a rider may publish while a privacy zone exists, and must choose again after the last one is deleted', async () => {
    const rider = await createRider({ privacyZones: 'undecided' });
    const [home, work] = [await createZone(rider), await createZone(rider, [16.4, 48.3])];
    expect(await rider.post('/v1/journeys', { name: 'Out', visibility: 'public' })).toMatchObject({ status: 201 });
    expect(await rider.patch('/v1/me', { privacy_zones: 'none' })).toMatchObject({
      status: 409,
      json: { code: 'zones.exist' },
    });
    await rider.delete(`/v1/me/privacy-zones/${home.id}`);
    expect(await choiceOf(rider)).toBe('set');
    await rider.delete(`/v1/me/privacy-zones/${work.id}`);
    expect(await choiceOf(rider)).toBe('undecided');
    expect(await rider.post('/v1/journeys', { name: 'Out', visibility: 'public' })).toMatchObject({ status: 409 });
  });

  test.each(['set', 'undecided', null, true])('the choice of privacy zones cannot be set to %j', async (value) => {
    const rider = await createRider();
    expect(await rider.patch('/v1/me', { privacy_zones: value })).toMatchObject({ status: 422 });
  });
});

describe('privacy zones', () => {
  test('a privacy zone is created, listed, changed and deleted', async () => {
    const rider = await createRider();
    const made = await rider.post('/v1/me/privacy-zones', zoneAt([16.37, 48.21]));
    expect(made).toMatchObject({
      status: 201,
      json: { name: 'Home', coordinates: { type: 'Point', coordinates: [16.37, 48.21] }, radius_m: 2_000, version: 1 },
    });
    const path = made.headers.get('Location') ?? '';
    const changes = { radius_m: 5_000, coordinates: { type: 'Point', coordinates: [16.4, 48.2] } };
    const changed = await rider.patch(path, changes, { headers: { 'If-Match': made.headers.get('ETag') ?? '' } });
    expect(changed).toMatchObject({ status: 200, json: { ...changes, name: 'Home', version: 2 } });
    expect((await rider.get('/v1/me/privacy-zones')).json).toEqual({ items: [changed.json], next_cursor: null });
    expect(await rider.patch(path, { name: 'x' }, { headers: { 'If-Match': '"1"' } })).toMatchObject({ status: 412 });
    expect(await rider.delete(path)).toMatchObject({ status: 204 });
    expect(await rider.delete(path)).toMatchObject({ status: 404, json: { code: 'zones.not_found' } });
    expect((await rider.get('/v1/me/privacy-zones')).json.items).toEqual([]);
  });

  test('a privacy zone that is sent twice with one id is stored once, and the same id of another rider is another zone', async () => {
    const [anna, ben] = [await createRider(), await createRider()];
    const zone = { ...zoneAt([16.37, 48.21]), id: crypto.randomUUID() };
    const [first, second] = [
      await anna.post('/v1/me/privacy-zones', zone),
      await anna.post('/v1/me/privacy-zones', zone),
    ];
    expect(second.json).toEqual(first.json);
    expect(await ben.post('/v1/me/privacy-zones', zone)).toMatchObject({ status: 201, json: { id: zone.id } });
    expect(await choiceOf(ben)).toBe('set');
    const path = `/v1/me/privacy-zones/${zone.id}`;
    expect(await ben.patch(path, { name: 'Mine' })).toMatchObject({ status: 200, json: { version: 2 } });
    expect((await anna.get('/v1/me/privacy-zones')).json.items).toEqual([first.json]);
    expect(await ben.delete(path)).toMatchObject({ status: 204 });
    expect((await anna.get('/v1/me/privacy-zones')).json.items).toEqual([first.json]);
  });

  test("another rider's privacy zone gets the same response as an unknown id [I18, I33]", async () => {
    const [anna, ben] = [await createRider(), await createRider()];
    const { id } = await createZone(anna);
    const about = (rider: Rider, zone: string) => async (send: 'patch' | 'delete') => {
      const path = `/v1/me/privacy-zones/${zone}`;
      const { status, json } = send === 'patch' ? await rider.patch(path, { name: 'Mine' }) : await rider.delete(path);
      return { status, code: json.code, detail: json.detail };
    };
    for (const send of ['patch', 'delete'] as const) {
      const none = await about(ben, crypto.randomUUID())(send);
      expect(none).toMatchObject({ status: 404, code: 'zones.not_found' });
      expect(await about(ben, id)(send)).toEqual(none);
    }
    expect((await anna.get('/v1/me/privacy-zones')).json.items).toMatchObject([{ id, name: 'Home' }]);
  });

  test('no API key can read or create privacy zones', async () => {
    const rider = await createRider();
    await createZone(rider);
    const scopes = ['profile:read', 'profile:write', 'journeys:read', 'journeys:write'];
    const { json } = await rider.post('/v1/api-keys', { name: 'Script', scopes });
    const script = clientWith(json.token);
    expect(await script.get('/v1/me/privacy-zones')).toMatchObject({ status: 403 });
    expect(await script.post('/v1/me/privacy-zones', zoneAt([1, 2]))).toMatchObject({ status: 403 });
  });

  test.each([
    ['radius_m', 999],
    ['radius_m', 20_001],
    ['radius_m', 2_000.5],
    ['name', ''],
    ['name', 'x'.repeat(101)],
    ['coordinates', { type: 'Point', coordinates: [181, 0] }],
    ['coordinates', { type: 'Point', coordinates: [0, 91] }],
    ['owner_id', crypto.randomUUID()],
    ['cover_radius_m', 1],
  ])('a privacy zone with the %s %j is refused', async (field, value) => {
    const rider = await createRider();
    const { status, json } = await rider.post('/v1/me/privacy-zones', zoneAt([16, 48], { [field]: value }));
    expect([status, json.errors?.[0]?.path.split('.')[0]]).toEqual([422, field]);
    expect(await choiceOf(rider)).toBe('none');
  });

  test('a rider has at most twenty privacy zones', async () => {
    const rider = await createRider();
    for (let n = 0; n < 20; n += 1) await createZone(rider, [n, 0]);
    expect(await rider.post('/v1/me/privacy-zones', zoneAt([50, 0]))).toMatchObject({
      status: 409,
      json: { code: 'zones.too_many' },
    });
    expect((await rider.get('/v1/me/privacy-zones')).json.items).toHaveLength(20);
  });

  test('ten simultaneous creations of a privacy zone with one id store it once', async () => {
    const rider = await createRider();
    const zone = zoneAt([16.37, 48.21], { id: crypto.randomUUID() });
    const answers = await Promise.all(Array.from({ length: 10 }, () => rider.post('/v1/me/privacy-zones', zone)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
    expect(await sql`select from privacy_zones where owner_id = ${rider.id}`).toHaveLength(1);
  });
});
