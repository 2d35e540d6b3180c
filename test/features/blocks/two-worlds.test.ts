import { expect, test } from 'vitest';
import { setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createRider, type Rider } from '../../support/factories.ts';
import { createPlan, ownRoad } from '../discovery/digest.ts';

type Scene = { viewer: Rider; mine: string; one: Rider; other: Rider; journeys: [string, string] };

/** Two riders with a journey each that the viewer meets without a name, and the second one also with a public one. */
async function createScene(): Promise<Scene> {
  const road = ownRoad();
  const [viewer, one, other] = [await createRider(), await createRider(), await createRider()];
  const mine = await createPlan(viewer, road);
  const journeys: [string, string] = [(await createPlan(one, road)).id, (await createPlan(other, road)).id];
  await createPlan(other, road, { visibility: 'public', name: 'Named' });
  return { viewer, mine: mine.id, one, other, journeys };
}

/** Forgets what the viewer did, and lets the two journeys change their riders: nothing else is different. */
async function changeWorlds({ viewer, one, other, journeys: [first, second] }: Scene): Promise<void> {
  await sql.transaction([
    sql`delete from blocks where blocker_id = ${viewer.id}`,
    sql`delete from reports where reporter_id = ${viewer.id}`,
    sql`delete from connections where requester_id = ${viewer.id} or addressee_id = ${viewer.id}`,
    sql`delete from disclosures d using journeys j where j.no = d.journey_no and j.owner_id = ${viewer.id}`,
    sql`delete from viewings where viewer_id = ${viewer.id}`,
    sql`delete from daily_counts where user_id = ${viewer.id}`,
    sql`update journeys set owner_id = case when owner_id = ${one.id} then ${other.id}::uuid else ${one.id}::uuid end
      where id in (${first}, ${second})`,
  ]);
}

type Encounter = { encounter_id: string; rider: object | null };

/** All that the viewer sees. New ids are replaced by the order in which they appear. */
function createWitness({ viewer, mine, one, other }: Scene) {
  const known = new Map<string, string>();
  const seen: string[] = [];
  const note = ({ status, text, headers }: Awaited<ReturnType<Rider['get']>>) => {
    const quotas = [headers.get('RateLimit'), headers.get('RateLimit-Policy')].join(' ');
    const plain = text.replaceAll(/"(id|request_id)":"([^"]+)"/g, (_all, field, id) => {
      if (!known.has(id)) known.set(id, `${known.size}`);
      return `"${field}":"${field === 'id' ? known.get(id) : ''}"`;
    });
    seen.push(`${status} ${plain} ${quotas}`);
  };
  const look = async () => {
    const lists = ['connections', 'blocks', 'notifications', 'me/disclosures'];
    const ofRiders = [one, other].flatMap(({ id }) => [`users/${id}`, `users/${id}/journeys`]);
    const searches = ['', '?limit=1', '?limit=2'].map((query) => `journeys/${mine}/nearby${query}`);
    for (const path of [...searches, ...lists, ...ofRiders]) note(await viewer.get(`/v1/${path}`));
  };
  const send = async (path: string, body: object) => note(await viewer.post(`/v1/${path}`, body));
  const withdrawAll = async () => {
    for (const { id } of (await viewer.get('/v1/connections')).json.items)
      note(await viewer.delete(`/v1/connections/${id}`));
  };
  return { seen, look, send, withdrawAll };
}

test.each(['user_id', 'email', 'encounter_id'] as const)(
  'what a rider is shown without a name does not tell whom they have blocked by %s, reported or asked [I36]',
  async (named_by) => {
    setTime(new Date());
    const scene = await createScene();
    const worlds: string[][] = [];
    for (let world = 0; world < 2; world += 1) {
      const { seen, look, send, withdrawAll } = createWitness(scene);
      const { json } = await scene.viewer.get(`/v1/journeys/${scene.mine}/nearby`);
      const ids: string[] = json.items
        .filter(({ rider }: Encounter) => !rider)
        .map((met: Encounter) => met.encounter_id);
      const [first = '', second = ''] = ids.toSorted();
      expect(ids).toHaveLength(2);
      const blocked = { user_id: scene.one.id, email: scene.one.email, encounter_id: first }[named_by];
      await send('connections', { encounter_id: first, message: 'Before' });
      await send('reports', { named_by: 'encounter_id', encounter_id: second, reason: 'spam' });
      await send('blocks', { named_by, [named_by]: blocked });
      await look();
      await send('connections', { encounter_id: first, message: 'Again' });
      await send('connections', { encounter_id: second, message: 'After' });
      await withdrawAll();
      await send('connections', { encounter_id: first, message: 'Once more' });
      await look();
      worlds.push(seen);
      await changeWorlds(scene);
    }
    expect(worlds[1]).toEqual(worlds[0]);
  },
);

test('a block changes nothing of what its rider is shown without a name [I36]', async () => {
  setTime(new Date());
  const scene = await createScene();
  const { viewer, mine, one, other } = scene;
  const anonymous = async () => {
    const { json } = await viewer.get(`/v1/journeys/${mine}/nearby`);
    return json.items.filter(({ rider }: Encounter) => !rider);
  };
  const before = await anonymous();
  expect(before).toHaveLength(2);
  const references = [
    { named_by: 'encounter_id', encounter_id: before[0].encounter_id },
    { named_by: 'email', email: one.email },
    { named_by: 'user_id', user_id: other.id },
  ];
  for (const body of references) {
    expect((await viewer.post('/v1/blocks', body)).status).toBe(201);
    expect(await anonymous(), body.named_by).toEqual(before);
  }
  const { json } = await viewer.get(`/v1/journeys/${mine}/nearby`);
  expect(json.items).toEqual(before);
});
