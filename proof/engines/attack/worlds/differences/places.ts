import type { Difference } from '../difference.ts';
import { addMarker, createJourney, markerAt } from '../rider-calls.ts';
import { same } from '../twins.ts';

/** Places of markers within their cells, with a day and without. */
export const places: Difference = {
  name: 'places',
  async apply(rider, scene) {
    const visibility = scene.oneOf(['discoverable', 'public']);
    const id = await createJourney(rider, scene, same({ visibility }));
    for (const n of [0, 1, 2, 3]) {
      const cell = n === 0 ? scene.middleCell : scene.cell();
      const bucket = n === 0 ? scene.someBucket : scene.bucket();
      const estimated_time = n < 3 ? scene.momentIn(bucket, rider, id) : null;
      const marker = () => markerAt(scene.placeIn(cell), { estimated_time });
      await addMarker(rider, scene, id, [marker(), marker()]);
    }
  },
};
