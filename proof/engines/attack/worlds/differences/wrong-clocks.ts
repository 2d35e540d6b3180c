import type { Difference } from '../difference.ts';
import { createJourney, importLine, riddenGpx } from '../rider-calls.ts';
import { clock, same } from '../twins.ts';

const dayMs = 86_400_000;

/** Places of rides that have just come in, with times that a wrong receiver wrote 3 days or 1,024 weeks too early. */
export const wrongClocks: Difference = {
  name: 'wrong clocks',
  async apply(rider, scene) {
    for (const [visibility, earlyDays] of [
      ['public', 3],
      ['discoverable', 3],
      ['public', 1_024 * 7],
    ] as const) {
      const id = await createJourney(rider, scene, same({ visibility, delay_h: 48 }));
      const ride = () => riddenGpx(scene.way(60), clock.nowMs - earlyDays * dayMs - dayMs / 2);
      await importLine(rider, id, 'past', [ride(), ride()]);
    }
  },
};
