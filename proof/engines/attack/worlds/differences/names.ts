import type { Difference } from '../difference.ts';
import { inBoth } from '../twins.ts';

/** Names and descriptions of journeys that are not public. */
export const names: Difference = {
  name: 'names',
  async apply(rider, scene) {
    const drawn = () => scene.newId().slice(24, scene.oneOf([27, 30, 36]));
    await inBoth(
      `update journeys set name = $2::text, description = $2 where owner_id = $1::uuid and visibility <> 'public'`,
      [
        [rider.id, drawn()],
        [rider.id, drawn()],
      ],
    );
  },
};
