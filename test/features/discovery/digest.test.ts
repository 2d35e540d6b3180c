import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { addDays } from '../../../src/lib/days.ts';
import { advance, setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createRider, type Rider } from '../../support/factories.ts';
import { recordTrips } from '../auth/sign-up.ts';
import { runNight } from '../journeys/journeys.ts';
import {
  createMeeting,
  createPlan,
  digestCount,
  digestsTo,
  firstDay,
  mailedCountOf,
  ownRoad,
  runDigests,
  setRidersNear,
  turnOffAllDigests,
} from './digest.ts';

beforeEach(turnOffAllDigests);

const dueAt = async ({ id }: Rider): Promise<Date | null> => {
  const [row] = await sql`select next_digest_at from users where id = ${id}`;
  return row?.next_digest_at ? new Date(row.next_digest_at) : null;
};

describe('digests of riders nearby', () => {
  test('a rider gets no digest unless they ask for it, and /v1/me says so', async () => {
    const { ben } = await createMeeting();
    expect((await ben.get('/v1/me')).json.riders_near).toBe('never');
    await runDigests();
    expect(await digestCount(ben)).toBe(0);
    expect(await dueAt(ben)).toBeNull();
  });

  test("a digest names the rider's own journey, the distance band and the days of an encounter, and nothing else", async () => {
    const { anna, ben, mine, theirs } = await createMeeting();
    expect((await anna.get('/v1/me')).json.riders_near).toBe('weekly');
    const [encounter] = (await anna.get(`/v1/journeys/${mine.id}/nearby`)).json.items;
    await runDigests();

    const [mail, ...more] = await digestsTo(anna);
    expect(more).toEqual([]);
    const { my_days: my, their_days: their } = encounter;
    expect(mail?.text).toContain(
      `“Source to sea”\n- A rider, within 25 km: you from ${my.from} to ${my.to}, they approximately from ${their.from} to ${their.to}\n`,
    );
    expect(mail?.text).toMatch(/To stop it, set “Riders near” to “never”/);
    expect(mail?.links).toEqual([env.WEB_URL]);
    for (const secret of [ben.id, theirs.id, mine.id, ben.name, ben.email, 'Westward', encounter.encounter_id])
      expect(`${mail?.text}${mail?.html}`).not.toContain(secret);
  });

  test('a digest names a public journey and its rider', async () => {
    const { anna } = await createMeeting({ visibility: 'public' });
    await runDigests();
    expect((await digestsTo(anna))[0]?.text).toContain(
      '- “Westward” by a rider who calls themselves “Ben of the Road”, within 25 km: you',
    );
  });

  test('repeated and simultaneous cron runs send one digest to each rider [S17]', async () => {
    const [one, other] = [await createMeeting(), await createMeeting()];
    await Promise.all(Array.from({ length: 8 }, runDigests));
    for (let n = 0; n < 3; n += 1) await runDigests();
    for (const { anna, mine } of [one, other])
      expect([await digestCount(anna), await mailedCountOf(mine.id)]).toEqual([1, 1]);
  });

  test('the next digest comes a week later with new encounters only, and not at all without new ones', async () => {
    setTime(new Date());
    const { anna, road } = await createMeeting({ visibility: 'public' });
    await runDigests();
    advance(6, 'days');
    await createPlan(await createRider(), road, { name: 'Eastward', visibility: 'public' });
    await runDigests();
    expect(await digestCount(anna)).toBe(1);

    advance(1, 'days');
    await runDigests();
    const [second] = await digestsTo(anna);
    expect([await digestCount(anna), second?.text.includes('Eastward')]).toEqual([2, true]);
    expect(second?.text).not.toContain('Westward');

    advance(7, 'days');
    await runDigests();
    expect(await digestCount(anna)).toBe(2);
    expect((await dueAt(anna))?.getTime()).toBe(Date.now() + 7 * 86_400_000);
  });

  test('turning digests off and on brings no mail within a week of the last one', async () => {
    setTime(new Date());
    const { anna, ben, road } = await createMeeting();
    await runDigests();
    await createPlan(ben, road);
    await setRidersNear(anna, 'never');
    await setRidersNear(anna, 'weekly');
    await runDigests();
    expect(await digestCount(anna)).toBe(1);

    await setRidersNear(anna, 'never');
    advance(8, 'days');
    await runDigests();
    expect(await digestCount(anna)).toBe(1);
    await setRidersNear(anna, 'weekly');
    await runDigests();
    expect(await digestCount(anna)).toBe(2);
  });

  test("a digest lists an encounter for each of the rider's journeys, and only counts those beyond ten", async () => {
    setTime(new Date());
    const { anna, road, mine } = await createMeeting();
    const second = await createPlan(anna, road, { name: 'By the other bank' });
    for (let n = 0; n < 11; n += 1) await createPlan(await createRider(), road);
    await runDigests();
    const [mail] = await digestsTo(anna);
    expect(mail?.text.match(/^- A rider/gm)).toHaveLength(20);
    expect(mail?.text.match(/^and 2 more$/gm)).toHaveLength(2);
    expect(mail?.text).toMatch(/“By the other bank”[^“]*“Source to sea”/);
    expect([await mailedCountOf(mine.id), await mailedCountOf(second.id)]).toEqual([12, 12]);

    advance(8, 'days');
    await runDigests();
    expect(await digestCount(anna)).toBe(1);
  });

  test('past encounters are not in a digest', async () => {
    const [anna, ben, road] = [await createRider(), await createRider(), ownRoad()];
    const lastYear = { starts_on: '2025-06-01' };
    const mine = await createPlan(anna, road, lastYear);
    await createPlan(ben, road, lastYear);
    await setRidersNear(anna, 'weekly');
    expect((await anna.get(`/v1/journeys/${mine.id}/nearby`)).json.items).toHaveLength(1);
    await runDigests();
    expect([await digestCount(anna), await mailedCountOf(mine.id)]).toEqual([0, 0]);
  });
});

type Meeting = Awaited<ReturnType<typeof createMeeting>>;
type Hindrance = [what: string, hinder: (meeting: Meeting) => Promise<unknown>, undo: (meeting: Meeting) => unknown];

const yesterday = () => new Date(Date.now() - 86_400_000).toISOString();
const lastMonth = () => new Date(Date.now() - 30 * 86_400_000).toISOString();
const setMine = ({ anna, mine }: Meeting, fields: object) => anna.patch(`/v1/journeys/${mine.id}`, fields);
const setTheirs = ({ ben, theirs }: Meeting, fields: object) => ben.patch(`/v1/journeys/${theirs.id}`, fields);
const disable = ({ id }: Rider, at: string | null) => sql`update users set disabled_at = ${at} where id = ${id}`;

const hindrances: Hindrance[] = [
  [
    'to a rider who is not an adult',
    ({ anna }) => anna.patch('/v1/me', { adult: false }),
    ({ anna }) => anna.patch('/v1/me', { adult: true }),
  ],
  [
    'to a rider whose account is too young',
    ({ anna }) => sql`update users set created_at = ${yesterday()} where id = ${anna.id}`,
    ({ anna }) => sql`update users set created_at = ${lastMonth()} where id = ${anna.id}`,
  ],
  ['to a disabled rider', ({ anna }) => disable(anna, yesterday()), ({ anna }) => disable(anna, null)],
  [
    'for a private journey',
    (meeting) => setMine(meeting, { visibility: 'private' }),
    (meeting) => setMine(meeting, { visibility: 'discoverable' }),
  ],
  [
    'for a completed journey',
    ({ anna, mine }) => complete(anna, mine.id),
    ({ anna, mine }) => anna.post(`/v1/journeys/${mine.id}/activate`),
  ],
  [
    'for a journey without dates',
    (meeting) => setMine(meeting, { starts_on: null }),
    (meeting) => setMine(meeting, { starts_on: firstDay }),
  ],
  [
    'about a journey that became private',
    (meeting) => setTheirs(meeting, { visibility: 'private' }),
    (meeting) => setTheirs(meeting, { visibility: 'discoverable' }),
  ],
  [
    'about a completed journey',
    async (meeting) => {
      await setTheirs(meeting, { delay_h: 0 });
      await complete(meeting.ben, meeting.theirs.id);
      await runNight();
    },
    async ({ ben, theirs }) => {
      await ben.post(`/v1/journeys/${theirs.id}/activate`);
      await runNight();
    },
  ],
  ['about a disabled rider', ({ ben }) => disable(ben, yesterday()), ({ ben }) => disable(ben, null)],
];

const complete = (rider: Rider, journeyId: string) => rider.post(`/v1/journeys/${journeyId}/complete`);

describe('digests and searches [I31]', () => {
  test.each(hindrances)(
    'no digest is sent %s, and its encounters follow once that has changed',
    async (_what, hinder, undo) => {
      setTime(new Date());
      const meeting = await createMeeting();
      await hinder(meeting);
      await runDigests();
      expect([await digestCount(meeting.anna), await mailedCountOf(meeting.mine.id)]).toEqual([0, 0]);
      await undo(meeting);
      advance(8, 'days');
      await runDigests();
      expect(await digestCount(meeting.anna)).toBe(1);
    },
  );

  test('a rider who becomes an adult gets the next digest at once instead of a week later', async () => {
    const { anna } = await createMeeting();
    await anna.patch('/v1/me', { adult: false });
    await runDigests();
    await anna.patch('/v1/me', { adult: true });
    await runDigests();
    expect(await digestCount(anna)).toBe(1);
  });
});

describe('encounters remembered as mailed', () => {
  test('a deleted journey is forgotten, and another journey on the same road counts as new [Q1]', async () => {
    setTime(new Date());
    const { anna, ben, mine, theirs, road } = await createMeeting();
    await runDigests();
    expect(await mailedCountOf(mine.id)).toBe(1);
    await ben.delete(`/v1/journeys/${theirs.id}`);
    expect(await mailedCountOf(mine.id)).toBe(0);
    advance(8, 'days');
    await createPlan(await createRider(), road);
    await runDigests();
    expect([await digestCount(anna), await mailedCountOf(mine.id)]).toEqual([2, 1]);
  });

  test('mailed encounters are forgotten with the account of either rider [Q1]', async () => {
    const [one, other] = [await createMeeting(), await createMeeting()];
    await runDigests();
    const [no] = await sql`select no from journeys where id = ${other.mine.id}`;
    expect((await one.ben.delete('/v1/me')).status).toBe(204);
    expect((await other.anna.delete('/v1/me')).status).toBe(204);
    expect(await mailedCountOf(one.mine.id)).toBe(0);
    expect(await sql`select from digest_encounters where journey_no = ${no?.no}`).toEqual([]);
  });

  test('a journey that was hidden and shown again is not mailed twice', async () => {
    setTime(new Date());
    const meeting = await createMeeting();
    await runDigests();
    await setTheirs(meeting, { visibility: 'private' });
    await setTheirs(meeting, { visibility: 'public' });
    advance(8, 'days');
    await runDigests();
    expect(await digestCount(meeting.anna)).toBe(1);
  });
});

/** Riders with nothing to tell, who have waited longer than all others. */
async function insertWaiting(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => crypto.randomUUID());
  for (const [n, id] of ids.entries()) {
    const due = new Date(Date.UTC(1990, 0, 1, 0, n)).toISOString();
    await sql`insert into users (id, email, name, is_adult, riders_near, next_digest_at, created_at, updated_at)
      values (${id}, ${`${id}@kairos.test`}, 'Waiting', true, 'weekly', ${due}, ${lastMonth()}, ${lastMonth()})`;
  }
  return ids;
}

async function stillWaiting(ids: string[]): Promise<string[]> {
  const rows =
    await sql`select id from users where id = any(${ids}) and next_digest_at < '1991-01-01' order by next_digest_at`;
  return rows.map(({ id }) => id);
}

const errorsOf = (watched: { mock: { calls: unknown[][] } }): { event: string; rider_id: string }[] =>
  watched.mock.calls.map(([line]) => JSON.parse(String(line)));

describe('limits of a digest run', () => {
  test('a run handles the hundred riders who have waited longest, and the next run the others', async () => {
    const { anna } = await createMeeting();
    const ids = await insertWaiting(103);
    await runDigests();
    expect(await stillWaiting(ids)).toEqual(ids.slice(100));
    expect(await digestCount(anna)).toBe(0);
    await runDigests();
    expect(await stillWaiting(ids)).toEqual([]);
    expect(await digestCount(anna)).toBe(1);
  });

  test('a run searches from at most ten journeys of a rider, in at most 13 round trips', async () => {
    const { anna, road } = await createMeeting();
    for (let n = 0; n < 11; n += 1)
      await createPlan(anna, road, { name: `Plan ${n}`, starts_on: addDays(firstDay, 1) });
    const trips = await recordTrips(runDigests);
    const own = trips.filter((trip) => JSON.stringify(trip).includes(anna.id));
    expect(own.filter((trip) => JSON.stringify(trip).includes('show_encounters'))).toHaveLength(10);
    expect(own.length).toBeLessThanOrEqual(13);
    expect(await digestCount(anna)).toBe(1);
    expect((await digestsTo(anna))[0]?.text).not.toContain('Source to sea');
  });

  test('a rider whose digest fails holds up no one else, is logged by id and is retried a day later', async () => {
    setTime(new Date());
    const [broken, fine] = [await createMeeting(), await createMeeting()];
    const real = globalThis.fetch;
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const breaking = vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
      const isTurn = String(init?.body).includes('show_encounters') && String(init?.body).includes(broken.mine.id);
      return isTurn ? Promise.reject(new TypeError('connection lost')) : real(input, init);
    });
    await runDigests();
    breaking.mockRestore();
    const errors = errorsOf(logged).filter(({ event }) => event === 'digest');
    expect(errors).toMatchObject([{ rider_id: broken.anna.id }]);
    expect(JSON.stringify(errors)).not.toContain(broken.anna.email);
    logged.mockRestore();
    expect([await digestCount(broken.anna), await digestCount(fine.anna)]).toEqual([0, 1]);

    advance(23, 'hours');
    await runDigests();
    expect(await digestCount(broken.anna)).toBe(0);
    advance(2, 'hours');
    await runDigests();
    expect([await digestCount(broken.anna), await mailedCountOf(broken.mine.id)]).toEqual([1, 1]);
  });

  test('a digest whose commit fails at any statement is neither sent nor remembered, and is sent a day later', async () => {
    setTime(new Date());
    const meeting = await createMeeting();
    for (let position = 0; position <= 5; position += 1) {
      const real = globalThis.fetch;
      const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);
      const breaking = vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
        const body: { queries?: { query: string; params: unknown[] }[] } = init?.body
          ? JSON.parse(String(init.body))
          : {};
        const isCommit = body.queries?.some(({ query }) => query.includes('insert into "digest_encounters"'));
        if (!isCommit) return real(input, init);
        body.queries?.splice(position, 0, { query: 'select 1 / 0', params: [] });
        return real(input, { ...init, body: JSON.stringify(body) });
      });
      await runDigests();
      breaking.mockRestore();
      logged.mockRestore();
      expect([await digestCount(meeting.anna), await mailedCountOf(meeting.mine.id)], String(position)).toEqual([0, 0]);
      expect((await dueAt(meeting.anna))?.getTime()).toBe(Date.now() + 86_400_000);
      advance(25, 'hours');
    }
    await runDigests();
    expect([await digestCount(meeting.anna), await mailedCountOf(meeting.mine.id)]).toEqual([1, 1]);
  });
});
