import type { Difference } from '../difference.ts';
import { addMarker, createJourney, markerAt } from '../rider-calls.ts';
import { same } from '../twins.ts';

/** Days and times of markers within the same bucket, after the shift. */
export const times: Difference = {
  name: 'times',
  async apply(rider, scene) {
    const visibility = scene.oneOf(['discoverable', 'public']);
    const id = await createJourney(rider, scene, same({ visibility }));
    for (const n of [0, 1, 2]) {
      const place = scene.placeIn(n === 0 ? scene.middleCell : scene.cell());
      const bucket = n === 0 ? scene.someBucket : scene.bucket();
      const marker = () => markerAt(place, { estimated_time: scene.momentIn(bucket, rider, id, scene.someBucket) });
      await addMarker(rider, scene, id, [marker(), marker()]);
    }
  },
};
