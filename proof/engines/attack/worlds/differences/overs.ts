import { act, addMarker, createJourney, importPlan, markerAt } from '../deeds.ts';
import type { Difference } from '../difference.ts';
import { same } from '../twins.ts';

/** The places and times of a completed journey, which has no presence. */
export const overs: Difference = {
  name: 'overs',
  async enact(rider, scene) {
    const days = { starts_on: '2027-05-14', daily_distance_m: 70_000 };
    const id = await createJourney(rider, scene, same({ visibility: 'discoverable', ...days }));
    await act(rider, id, 'complete');
    await importPlan(rider, id, [scene.way(150), scene.way(150)]);
    const marker = () =>
      markerAt(scene.placeIn(scene.cell()), { estimated_time: scene.momentIn(scene.bucket(), rider, id) });
    await addMarker(rider, scene, id, [marker(), marker()]);
  },
};
