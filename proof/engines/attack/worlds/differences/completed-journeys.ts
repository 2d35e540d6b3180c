import type { Difference } from '../difference.ts';
import { addMarker, changeStatus, createJourney, importPlan, markerAt } from '../rider-calls.ts';
import { same } from '../twins.ts';

/** The places and times of a completed journey, which has no presence. */
export const completedJourneys: Difference = {
  name: 'completed journeys',
  async apply(rider, scene) {
    const days = { starts_on: '2027-05-14', daily_distance_m: 70_000 };
    const id = await createJourney(rider, scene, same({ visibility: 'discoverable', ...days }));
    await changeStatus(rider, id, 'complete');
    await importPlan(rider, id, [scene.way(150), scene.way(150)]);
    const marker = () =>
      markerAt(scene.placeIn(scene.cell()), { estimated_time: scene.momentIn(scene.bucket(), rider, id) });
    await addMarker(rider, scene, id, [marker(), marker()]);
  },
};
