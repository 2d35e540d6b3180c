import type { Difference } from '../difference.ts';
import { addMarker, changeStatus, createJourney, markerAt } from '../rider-calls.ts';
import { same } from '../twins.ts';

/** In one world the rider has begun or completed a public journey, less than its delay ago. */
export const statuses: Difference = {
  name: 'statuses',
  async apply(rider, scene) {
    const id = await createJourney(rider, scene, same({ visibility: 'public', delay_h: 168 }));
    const marker = markerAt(scene.placeIn(scene.cell()), {
      estimated_time: scene.momentIn(scene.bucket(), rider, id),
    });
    await addMarker(rider, scene, id, same(marker));
    await changeStatus(rider, id, [scene.oneOf(['activate', 'complete']), 'deactivate']);
  },
};
