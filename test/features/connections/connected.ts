import { createRider } from '../../support/factories.ts';
import { createPlan, ownRoad } from '../discovery/digest.ts';

/** Anna has an encounter with Ben's discoverable journey, and has asked him to connect. */
export async function createConnectionRequest() {
  const [road, anna, ben] = [ownRoad(), await createRider(), await createRider()];
  const mine = await createPlan(anna, road);
  const theirs = await createPlan(ben, road, { visibility: 'discoverable' });
  const { json } = await anna.get(`/v1/journeys/${mine.id}/nearby`);
  const { json: asked } = await anna.post('/v1/connections', {
    encounter_id: json.items[0].encounter_id,
    message: 'Hi',
  });
  const [annaJourneyPath, path] = [`/v1/journeys/${mine.id}`, `/v1/journeys/${theirs.id}`];
  return { anna, ben, connection: `/v1/connections/${asked.id}`, annaJourneyPath, path, id: theirs.id as string };
}

/** The same two riders after Ben has accepted. */
export async function createConnection() {
  const scene = await createConnectionRequest();
  await scene.ben.post(`${scene.connection}/accept`);
  return scene;
}
