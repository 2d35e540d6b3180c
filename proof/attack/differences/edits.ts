import { addMarker, createJourney, importPlan, markerAt } from '../deeds.ts';
import type { Difference } from '../difference.ts';
import { inBoth, same } from '../twins.ts';

/** How often something was edited before it became what it is. */
export const edits: Difference = {
  name: 'edits',
  async enact(rider, scene) {
    for (const visibility of ['discoverable', 'public', 'public']) {
      const id = await createJourney(rider, scene, same({ visibility }));
      await importPlan(rider, id, same(scene.way(80)));
      const estimated_time = scene.momentIn(scene.someBucket, id);
      await addMarker(rider, scene, id, same(markerAt(scene.placeIn(scene.heart), { estimated_time })));
      const times = () => String(Math.floor(scene.roll() * 5));
      for (const [table, key] of [
        ['journeys', 'id'],
        ['markers', 'journey_id'],
      ])
        await inBoth(
          `update ${table} set version = version + $2::integer, updated_at = updated_at + $2::integer * interval '1 minute'
            where ${key} = $1::uuid`,
          [
            [id, times()],
            [id, times()],
          ],
        );
    }
  },
};
