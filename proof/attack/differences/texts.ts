import { addMarker, createJourney, markerAt } from '../deeds.ts';
import type { Difference } from '../difference.ts';
import { same } from '../twins.ts';

/** What markers say, and how a journey is called that is discoverable and not public. */
export const texts: Difference = {
  name: 'texts',
  async enact(rider, scene) {
    const words = () => `hidden ${scene.newId()}`.slice(0, scene.oneOf([9, 20, 40]));
    const named = () => ({ name: words(), description: words(), visibility: 'discoverable' });
    const shown = { name: 'Shown', description: 'to all', visibility: 'public' };
    for (const fields of [[named(), named()] as const, same(shown)]) {
      const id = await createJourney(rider, scene, fields);
      const place = scene.placeIn(scene.heart);
      const estimated_time = scene.momentIn(scene.someBucket, id);
      const marker = () => markerAt(place, { name: words(), notes: words(), estimated_time });
      await addMarker(rider, scene, id, [marker(), marker()]);
    }
  },
};
