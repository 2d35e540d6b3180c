import type { Difference } from '../difference.ts';
import {
  addMarker,
  changeJourney,
  changeStatus,
  createJourney,
  importLine,
  importPlan,
  markerAt,
  riddenGpx,
} from '../rider-calls.ts';
import type { Rider } from '../riders.ts';
import type { Scene } from '../scene.ts';
import { type Both, clock, inBoth, same } from '../twins.ts';

/** Everything of a private journey differs, and one journey exists in one world only. */
export const privateJourneys: Difference = {
  name: 'private journeys',
  async apply(rider, scene) {
    const id = await createJourney(rider, scene, [
      { name: 'To the coast' },
      { name: 'Into the hills, and no further', description: 'By night.' },
    ]);
    await changeStatus(rider, id, same('activate'));
    for (const n of [0, 1, 2]) {
      const cell = n === 0 ? scene.middleCell : scene.cell();
      const marker = () => markerAt(scene.placeIn(n < 2 ? cell : scene.cell()), randomTimeField(scene, rider, id));
      await addMarker(rider, scene, id, [marker(), marker()]);
    }
    await importPlan(rider, id, [scene.way(120), scene.way(60)]);
    await importLine(rider, id, 'past', [createRiddenGpx(scene), createRiddenGpx(scene)]);
    await changeJourney(rider, id, [{ starts_on: '2027-05-20', daily_distance_m: 60_000 }, {}]);
    await createInOneWorld(rider, scene, scene.oneOf([0, 1]));
  },
};

const randomTimeField = (scene: Scene, rider: Rider, id: string) => ({
  estimated_time: scene.momentIn(scene.bucket(), rider, id),
});
const createRiddenGpx = (scene: Scene) => riddenGpx(scene.way(100), clock.nowMs - 5 * 86_400_000);

/**
 * Creates a journey in one world only: in the other world the owner's id is unknown, so the SQL inserts nothing. The
 * journey has a random number, so that the sequence of journey numbers stays the same in both worlds.
 */
async function createInOneWorld(rider: Rider, scene: Scene, side: number): Promise<void> {
  const [id, number] = [scene.newId(), String(2_147_483_647 - Math.floor(scene.roll() * 1_000_000_000))];
  const at = new Date(clock.nowMs).toISOString();
  const unknownId = scene.newId();
  const owners: Both<string> = side === 0 ? [rider.id, unknownId] : [unknownId, rider.id];
  await inBoth(
    `insert into journeys (id, no, owner_id, name, shift_s, skew, created_at, updated_at)
      select $1::uuid, $2::integer, u.id, 'Only here', 0, 0, $3::timestamptz, $3 from users u where u.id = $4::uuid`,
    [
      [id, number, at, owners[0]],
      [id, number, at, owners[1]],
    ],
  );
}
