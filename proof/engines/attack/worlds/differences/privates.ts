import { act, addMarker, changeJourney, createJourney, importLine, importPlan, markerAt, riddenGpx } from '../deeds.ts';
import type { Difference } from '../difference.ts';
import type { Rider } from '../riders.ts';
import type { Scene } from '../scene.ts';
import { type Both, clock, inBoth } from '../twins.ts';

/** Everything of a private journey differs, and one journey exists in one world only. */
export const privates: Difference = {
  name: 'privates',
  async enact(rider, scene) {
    const id = await createJourney(rider, scene, [
      { name: 'To the coast' },
      { name: 'Into the hills, and no further', description: 'By night.' },
    ]);
    await act(rider, id, 'activate');
    for (const n of [0, 1, 2]) {
      const cell = n === 0 ? scene.heart : scene.cell();
      const marker = () => markerAt(scene.placeIn(n < 2 ? cell : scene.cell()), anyTime(scene, rider, id));
      await addMarker(rider, scene, id, [marker(), marker()]);
    }
    await importPlan(rider, id, [scene.way(120), scene.way(60)]);
    await importLine(rider, id, 'past', [ridden(scene), ridden(scene)]);
    await changeJourney(rider, id, [{ starts_on: '2027-05-20', daily_distance_m: 60_000 }, {}]);
    await createInOne(rider, scene, scene.oneOf([0, 1]));
  },
};

const anyTime = (scene: Scene, rider: Rider, id: string) => ({
  estimated_time: scene.momentIn(scene.bucket(), rider, id),
});
const ridden = (scene: Scene) => riddenGpx(scene.way(100), clock.nowMs - 5 * 86_400_000);

/** Inserted with SQL and a number out of sequence, since the total number of journeys is not part of the comparison. */
async function createInOne(rider: Rider, scene: Scene, side: number): Promise<void> {
  const [id, number] = [scene.newId(), String(2_147_483_647 - Math.floor(scene.roll() * 1_000_000_000))];
  const at = new Date(clock.nowMs).toISOString();
  const elsewhere = scene.newId();
  const owners: Both<string> = side === 0 ? [rider.id, elsewhere] : [elsewhere, rider.id];
  await inBoth(
    `insert into journeys (id, no, owner_id, name, shift_s, skew, created_at, updated_at)
      select $1::uuid, $2::integer, u.id, 'Only here', 0, 0, $3::timestamptz, $3 from users u where u.id = $4::uuid`,
    [
      [id, number, at, owners[0]],
      [id, number, at, owners[1]],
    ],
  );
}
