import { describe, expect, test } from 'vitest';
import { advance, setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, type Rider } from '../../support/factories.ts';
import { pathOf, readAll, runNight, stateOf } from './journeys.ts';

const act = (rider: Rider, id: string, action: string) => rider.post(`${pathOf(id)}/${action}`);
const activeOf = async (rider: Rider) =>
  (await sql`select id from journeys where owner_id = ${rider.id} and status = 'active'`).map(({ id }) => id);

async function createJourneys(rider: Rider, count: number): Promise<string[]> {
  const journeys = await Promise.all(Array.from({ length: count }, () => createJourney(rider)));
  return journeys.map(({ id }) => id);
}

describe('the status of a journey', () => {
  const statuses: [actions: string[], status: string][] = [
    [['activate'], 'active'],
    [['deactivate'], 'planned'],
    [['complete'], 'completed'],
    [['activate', 'deactivate'], 'planned'],
    [['activate', 'complete'], 'completed'],
    [['complete', 'activate'], 'active'],
    [['complete', 'deactivate'], 'planned'],
    [['activate', 'activate'], 'active'],
    [['complete', 'complete'], 'completed'],
  ];

  test.each(statuses)('a journey after %j is %s, and its other fields are unchanged', async (actions, status) => {
    const rider = await createRider();
    const fields = { description: 'Kept', visibility: 'public', starts_on: '2027-06-01', daily_distance_m: 80_000 };
    const { json: before } = await rider.post('/v1/journeys', { name: 'A journey', ...fields });
    advance(1, 'minutes');
    for (const action of actions) expect((await act(rider, before.id, action)).status).toBe(200);
    const { json } = await rider.get(pathOf(before.id));
    expect(json).toEqual({ ...before, status, version: 1 + actions.length, updated_at: json.updated_at });
    expect(json.updated_at > before.updated_at).toBe(true);
  });

  test.each(['activate', 'deactivate', 'complete'])(
    '%s answers with the changed journey, even for an id in upper case',
    async (action) => {
      const rider = await createRider();
      const { id } = await createJourney(rider);
      const { status, json } = await act(rider, id.toUpperCase(), action);
      expect([status, json]).toEqual([200, (await rider.get(pathOf(id))).json]);
    },
  );

  test('activating a journey sets the previously active one back to planned and changes no other journey', async () => {
    const [rider, other] = [await createRider(), await createRider()];
    const [first, second, done] = await createJourneys(rider, 3);
    const theirs = await createJourney(other);
    await act(other, theirs.id, 'activate');
    await act(rider, String(done), 'complete');
    const untouched = [await stateOf(String(done)), await stateOf(theirs.id)];

    await act(rider, String(first), 'activate');
    advance(1, 'minutes');
    await act(rider, String(second), 'activate');
    const [was, is] = [await rider.get(pathOf(String(first))), await rider.get(pathOf(String(second)))];
    expect(is.json).toMatchObject({ status: 'active', version: 2 });
    expect(was.json).toMatchObject({ status: 'planned', version: 3, updated_at: is.json.updated_at });
    expect([await stateOf(String(done)), await stateOf(theirs.id)]).toEqual(untouched);
  });

  test('a failed activation leaves the active journey active', async () => {
    const [rider, other] = [await createRider(), await createRider()];
    const [mine, theirs] = [await createJourney(rider), await createJourney(other)];
    await act(rider, mine.id, 'activate');
    const before = [await stateOf(mine.id), await stateOf(theirs.id)];
    for (const id of [theirs.id, crypto.randomUUID()]) expect((await act(rider, id, 'activate')).status).toBe(404);
    expect([await stateOf(mine.id), await stateOf(theirs.id)]).toEqual(before);
  });

  test('a completed journey leaves presence in the night, and returns in the night after it goes on', async () => {
    setTime(new Date());
    const rider = await createRider();
    const { id } = await createJourney(rider, { visibility: 'discoverable', delay_h: 0 });
    const marker = { name: 'Camp', marker_type: 'plan', coordinates: { type: 'Point', coordinates: [16.4, 48.2] } };
    await rider.post(`${pathOf(id)}/markers`, marker);
    const presence = async () => (await sql`select from presence_cells where journey_id = ${id}`).length;
    for (const [action, before, after] of [
      ['activate', 1, 1],
      ['complete', 1, 0],
      ['activate', 0, 1],
      ['complete', 1, 0],
      ['deactivate', 0, 1],
    ] as const) {
      await act(rider, id, action);
      const rows = [await presence()];
      await runNight();
      expect([...rows, await presence()], action).toEqual([before, after]);
    }
  });
});

describe('simultaneous changes of status [S10, T27]', () => {
  test.each([1, 2, 3, 4, 5])('twenty journeys activated at the same moment leave one active (round %i)', async () => {
    const rider = await createRider();
    const ids = await createJourneys(rider, 20);
    const answers = await Promise.all(ids.map((id) => act(rider, id, 'activate')));
    for (const { status, json, text } of answers) expect([status, json.status], text).toEqual([200, 'active']);
    const [active, ...more] = await activeOf(rider);
    expect(ids).toContain(active);
    expect(more).toEqual([]);
    // Each journey was active once; all but the last were set back to planned.
    const versions = (await readAll(rider)).map(({ version }) => version).toSorted();
    expect(versions).toEqual([2, ...Array(19).fill(3)]);
  });

  test('simultaneous activations, deactivations and completions leave at most one journey active', async () => {
    const rider = await createRider();
    const ids = await createJourneys(rider, 2);
    const actions = ['activate', 'deactivate', 'activate', 'complete', 'activate'];
    const calls = [1, 2, 3].flatMap(() => actions.flatMap((action) => ids.map((id) => act(rider, id, action))));
    const answers = await Promise.all(calls);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await activeOf(rider)).length).toBeLessThanOrEqual(1);
  });

  test('a rider keeps every journey when some are activated, created, changed and deleted simultaneously', async () => {
    const rider = await createRider();
    const [first, second, third] = await createJourneys(rider, 3);
    const answers = await Promise.all([
      act(rider, String(first), 'activate'),
      rider.post('/v1/journeys', { name: 'Another' }),
      act(rider, String(second), 'activate'),
      rider.patch(pathOf(String(first)), { name: 'Renamed' }),
      rider.delete(pathOf(String(third))),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 201, 200, 200, 204]);
    expect(await readAll(rider)).toHaveLength(3);
    expect(await activeOf(rider)).toHaveLength(1);
  });

  test('the database refuses two active journeys of one rider', async () => {
    const rider = await createRider();
    await createJourneys(rider, 2);
    const both = sql`update journeys set status = 'active' where owner_id = ${rider.id}`;
    await expect(both).rejects.toThrow(/journeys_one_active_key/);
  });
});
