import type { Difference } from '../difference.ts';
import { addMarker, changeStatus, createJourney, importPlan, markerAt } from '../rider-calls.ts';
import { runCrons, same } from '../twins.ts';

/** The places and times of a journey that others see as completed. It has no presence from the next night on. */
export const completedJourneys: Difference = {
  name: 'completed journeys',
  async apply(rider, scene) {
    const days = { starts_on: '2027-05-14', daily_distance_m: 70_000 };
    const id = await createJourney(rider, scene, same({ visibility: 'discoverable', delay_h: 0, ...days }));
    await changeStatus(rider, id, same('complete'));
    await runCrons('17 3 * * *');
    await importPlan(rider, id, [scene.way(150), scene.way(150)]);
    const marker = () =>
      markerAt(scene.placeIn(scene.cell()), { estimated_time: scene.momentIn(scene.bucket(), rider, id) });
    await addMarker(rider, scene, id, [marker(), marker()]);
  },
};
