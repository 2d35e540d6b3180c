import type { Difference } from '../difference.ts';
import { addMarker, createJourney, markerAt } from '../rider-calls.ts';
import { inBoth, same } from '../twins.ts';

/** The address of a rider, who owns nothing public. In each world the address of the other world has no account. */
export const addresses: Difference = {
  name: 'addresses',
  async apply(rider, scene) {
    const id = await createJourney(rider, scene, same({ visibility: 'discoverable' }));
    const estimated_time = scene.momentIn(scene.someBucket, rider, id);
    await addMarker(rider, scene, id, same(markerAt(scene.placeIn(scene.middleCell), { estimated_time })));
    const drawn = [`${scene.newId()}@kairos.test`, `${scene.newId()}@kairos.test`] as const;
    scene.addresses.push(...drawn);
    await inBoth('update users set email = $2 where id = $1::uuid', [
      [rider.id, drawn[0]],
      [rider.id, drawn[1]],
    ]);
  },
};
