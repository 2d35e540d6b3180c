import type { Difference } from '../difference.ts';
import { addMarker, createJourney, importLine, markerAt, riddenGpx } from '../rider-calls.ts';
import { clock, same } from '../twins.ts';

const hourMs = 3_600_000;

/** Places of rides in the last two days and of rides that are older than a month. */
export const recent: Difference = {
  name: 'recent',
  async apply(rider, scene) {
    for (const visibility of ['discoverable', 'public']) {
      const id = await createJourney(rider, scene, same({ visibility }));
      const shown = markerAt(scene.placeIn(scene.middleCell), {
        marker_type: 'past',
        timestamp: new Date(clock.nowMs - 100 * hourMs).toISOString(),
      });
      await addMarker(rider, scene, id, same(shown));
      for (const age of [1, 6, 30, 40, 31 * 24, 50 * 24]) {
        const timestamp = () => new Date(clock.nowMs - (age + scene.between(0, 1)) * hourMs).toISOString();
        const marker = () =>
          markerAt(scene.placeIn(scene.oneOf([scene.middleCell, scene.cell()])), {
            marker_type: 'past',
            timestamp: timestamp(),
          });
        await addMarker(rider, scene, id, [marker(), marker()]);
      }
      const createRiddenGpx = () => riddenGpx(scene.way(scene.between(60, 100)), clock.nowMs - 30 * hourMs);
      await importLine(rider, id, 'past', [createRiddenGpx(), createRiddenGpx()]);
    }
  },
};
