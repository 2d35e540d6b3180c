import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { runScheduled } from '../../../src/cron/schedule.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, type Rider } from '../../support/factories.ts';
import { unmovedJourneyId } from '../../support/published.ts';
import { comparableParts } from '../auth/sign-up.ts';
import { createMeeting, digestCount, runDigests } from '../discovery/digest.ts';

const hide = (rider: Rider) => rider.post('/v1/me/hide');
const unknownId = () => crypto.randomUUID();

describe('hidden riders', () => {
  test('a rider can hide twice, the account shows it, every call raises the version, and only changes are audited', async () => {
    const rider = await createRider();
    expect((await rider.get('/v1/me')).json.hidden).toBe(false);
    for (const version of [2, 3]) {
      const { status, json } = await hide(rider);
      expect([status, json.hidden, json.version]).toEqual([200, true, version]);
    }
    expect((await rider.post('/v1/me/unhide')).json).toMatchObject({ hidden: false, version: 4 });
    const rows = await sql`select action from audit where subject_id = ${rider.id} order by at, id`;
    expect(rows.map(({ action }) => action)).toEqual(['users.hide', 'users.unhide']);
  });

  test('a rider can be hidden only by themselves and only by the hide call', async () => {
    const [rider, other] = [await createRider(), await createRider()];
    expect((await rider.patch('/v1/me', { hidden: true })).status).toBe(422);
    expect((await rider.post(`/v1/me/hide?id=${other.id}`)).status).toBe(400);
    expect((await other.get('/v1/me')).json.hidden).toBe(false);
  });

  test("a hidden rider's public pages equal those of an unknown rider until they unhide [I35]", async () => {
    const [rider, stranger] = [await createRider(), await createRider()];
    const { id } = await createJourney(rider, { visibility: 'public', delay_h: 0 });
    await rider.post(`/v1/journeys/${id}/activate`);
    const paths: [string, string][] = [
      [`/v1/users/${rider.id}`, `/v1/users/${unknownId()}`],
      [`/v1/users/${rider.id}/journeys`, `/v1/users/${unknownId()}/journeys`],
      [`/v1/users/${rider.id}/journeys/active`, `/v1/users/${unknownId()}/journeys/active`],
      [`/v1/journeys/${id}`, `/v1/journeys/${unknownId()}`],
      [`/v1/journeys/${id}/route`, `/v1/journeys/${unknownId()}/route`],
      [`/v1/journeys/${id}/stats`, `/v1/journeys/${unknownId()}/stats`],
    ];
    await hide(rider);
    for (const [theirs, none] of paths)
      expect(comparableParts(await stranger.get(theirs)), theirs).toEqual(comparableParts(await stranger.get(none)));
    expect((await rider.get(`/v1/journeys/${id}`)).json.name).toBe('A journey');
    await rider.post('/v1/me/unhide');
    for (const [theirs] of paths.slice(0, 4)) expect((await stranger.get(theirs)).status, theirs).toBe(200);
  });

  test('a hidden rider neither has encounters nor appears in them, and cannot search', async () => {
    const { anna, ben, mine, theirs } = await createMeeting({ visibility: 'public' });
    const near = (rider: Rider, { id }: { id: string }) => rider.get(`/v1/journeys/${id}/nearby`);
    expect((await near(anna, mine)).json.items).toHaveLength(1);
    await hide(ben);
    expect((await near(anna, mine)).json.items).toEqual([]);
    const searches = [`/v1/journeys/${theirs.id}/nearby`, '/v1/discover?bbox=8,46,9,47', '/v1/nearby?lon=8&lat=46'];
    for (const path of searches) {
      const { status, json } = await ben.get(path);
      expect([status, json.code], path).toEqual([409, 'discovery.hidden']);
    }
    await ben.post('/v1/me/unhide');
    expect((await near(anna, mine)).json.items).toHaveLength(1);
    expect((await near(ben, theirs)).json.items).toHaveLength(1);
  });

  test('a hidden rider appears in no digest and receives no digest', async () => {
    const [one, other, visible] = [await createMeeting(), await createMeeting(), await createMeeting()];
    await hide(one.ben);
    await hide(other.anna);
    await runDigests();
    const counts = await Promise.all([one, other, visible].map(({ anna }) => digestCount(anna)));
    expect(counts).toEqual([0, 0, 1]);
  });

  test('a hidden rider is not counted in crowds', async () => {
    const day = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);
    const riders = await Promise.all(Array.from({ length: 5 }, () => createRider()));
    for (const rider of riders) {
      const id = unmovedJourneyId(rider.id, Date.parse(day) / 1_000);
      await createJourney(rider, { id, visibility: 'discoverable' });
      const coordinates = { type: 'Point', coordinates: [-36.05, -20.05] };
      const camp = { name: 'Camp', marker_type: 'plan', coordinates, estimated_time: `${day}T00:00:00Z` };
      await rider.post(`/v1/journeys/${id}/markers`, camp);
    }
    const count = () => runScheduled('47 3 * * *', env, { now: () => new Date(), newId: () => crypto.randomUUID() });
    const crowds = async () => {
      await count();
      return (await riders[1]?.get(`/v1/discover?bbox=-37,-21,-35,-19&zoom=9&from=${day}`))?.json.items.length;
    };
    expect(await crowds()).toBe(1);
    await sql`update users set hidden_at = ${new Date().toISOString()} where id = ${riders[0]?.id}`;
    expect(await crowds()).toBe(0);
  });
});
