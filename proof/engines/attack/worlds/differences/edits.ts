import type { Difference } from '../difference.ts';
import { createJourney } from '../rider-calls.ts';
import { inBoth, same } from '../twins.ts';

/** The number and times of edits of everything that a rider owns. */
export const edits: Difference = {
  name: 'edits',
  async apply(rider, scene) {
    for (const name of ['Once', 'Often']) await createJourney(rider, scene, same({ name, visibility: 'public' }));
    const times = () => String(Math.floor(scene.roll() * 5));
    const drawn: [string, string] = [times(), times()];
    const edited = `version = t.version + $2::integer, updated_at = t.updated_at + $2::integer * interval '1 minute'`;
    for (const statement of [
      `update journeys t set ${edited} where t.owner_id = $1::uuid`,
      `update markers t set ${edited} from journeys j where j.id = t.journey_id and j.owner_id = $1::uuid`,
    ])
      await inBoth(statement, [
        [rider.id, drawn[0]],
        [rider.id, drawn[1]],
      ]);
  },
};
