import type { Difference } from '../difference.ts';
import { addMarker, createJourney, markerAt } from '../rider-calls.ts';
import { same } from '../twins.ts';

/** Names and notes of markers. */
export const texts: Difference = {
  name: 'texts',
  async apply(rider, scene) {
    const words = () => scene.newId().slice(24, scene.oneOf([27, 30, 36]));
    for (const visibility of ['discoverable', 'public']) {
      const id = await createJourney(rider, scene, same({ visibility }));
      const place = scene.placeIn(scene.middleCell);
      const estimated_time = scene.momentIn(scene.someBucket, rider, id);
      const marker = () => markerAt(place, { name: words(), notes: words(), estimated_time });
      await addMarker(rider, scene, id, [marker(), marker()]);
    }
  },
};
