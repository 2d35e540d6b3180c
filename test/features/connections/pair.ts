import { createRider, freshToken, type Rider } from '../../support/factories.ts';
import { createPlan, ownRoad } from '../discovery/digest.ts';

export type Side = { rider: Rider; journeyId: string; encounterId: string };

/** Two riders whose journeys come near each other. Each rider has seen the encounter. */
export async function createPair(): Promise<[Side, Side]> {
  const road = ownRoad();
  const riders = [await createRider({ name: 'Anna' }), await createRider({ name: 'Ben' })];
  const ids: string[] = [];
  for (const rider of riders) ids.push((await createPlan(rider, road, { name: `Of ${rider.name}` })).id);
  const sides: Side[] = [];
  for (const [index, rider] of riders.entries()) {
    const journeyId = ids[index] ?? '';
    const { json } = await rider.get(`/v1/journeys/${journeyId}/nearby`);
    sides.push({ rider, journeyId, encounterId: json.items[0].encounter_id });
  }
  const [anna, ben] = sides;
  if (!anna || !ben) throw new Error('createPair must make two sides');
  return [anna, ben];
}

export const askToConnect = ({ rider, encounterId }: Side, message = 'A coffee near Linz?') =>
  rider.post('/v1/connections', { encounter_id: encounterId, message });
export const listConnections = async ({ rider }: Side, query = '') =>
  (await rider.get(`/v1/connections${query}`, { token: await freshToken(rider) })).json.items;
export const changeConnection = (rider: Rider, id: string, what: string) => rider.post(`/v1/connections/${id}/${what}`);

export async function createConnectedPair() {
  const [anna, ben] = await createPair();
  const asked = await askToConnect(anna);
  const accepted = await changeConnection(ben.rider, asked.json.id, 'accept');
  if (asked.status !== 201 || accepted.status !== 200) throw new Error(`not connected: ${asked.text} ${accepted.text}`);
  return { anna, ben, id: asked.json.id as string };
}
