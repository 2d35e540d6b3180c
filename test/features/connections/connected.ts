import { createRider } from '../../support/factories.ts';
import { createPlan, ownRoad } from '../discovery/digest.ts';

/** Anna and Ben, whose discoverable journey she has an encounter with; she has asked for a connection. */
export async function createRequested() {
  const [road, anna, ben] = [ownRoad(), await createRider(), await createRider()];
  const mine = await createPlan(anna, road);
  const theirs = await createPlan(ben, road, { visibility: 'discoverable' });
  const { json } = await anna.get(`/v1/journeys/${mine.id}/nearby`);
  const { json: asked } = await anna.post('/v1/connections', {
    encounter_id: json.items[0].encounter_id,
    message: 'Hi',
  });
  const [asking, path] = [`/v1/journeys/${mine.id}`, `/v1/journeys/${theirs.id}`];
  return { anna, ben, connection: `/v1/connections/${asked.id}`, asking, path, id: theirs.id as string };
}

/** The same two riders, connected. */
export async function createConnected() {
  const scene = await createRequested();
  await scene.ben.post(`${scene.connection}/accept`);
  return scene;
}
