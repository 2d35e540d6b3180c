// npm run crowding: twenty accounts with all that they may own crowd a road. Each real rider on it must still be shown to
// each other one within two searches.
import '../../support/help.ts';
import '../../support/with-quick-hashes.ts';

import { runEngine } from '../../support/engine.ts';
import type { Finding } from '../../support/finding.ts';
import { createWorld, shownTo } from './world.ts';

const searches = ['', '?when=any'];

await runEngine({
  name: 'crowding',
  unit: 'rounds',
  count: { full: 10, short: 2 },
  controlCount: 2,
  async run({ count }) {
    const findings: Finding[] = [];
    let [pairs, encounters] = [0, 0];
    for (let round = 0; round < count; round += 1) {
      const { real, crowd } = await createWorld(round);
      // The crowd searches first, so that it takes what it can of every budget.
      for (const { rider, journeyId } of [...crowd, ...real])
        for (const search of searches) {
          const { status, json, text } = await rider.get(`/v1/journeys/${journeyId}/nearby${search}`);
          if (status !== 200) throw new Error(`a search failed: ${status} ${text}`);
          encounters += json.items.length;
        }
      for (const { rider, journeyId } of real) {
        const shown = await shownTo(journeyId);
        for (const other of real) {
          if (other.rider.id === rider.id) continue;
          pairs += 1;
          if (!shown.has(other.rider.id))
            findings.push({
              kind: 'a rider is crowded out',
              detail: `round ${round}: ${other.rider.id} for ${rider.id}`,
            });
        }
      }
      for (const { rider, journeyId } of [...crowd, ...real]) await rider.delete(`/v1/journeys/${journeyId}`);
    }
    return { figures: { 'pairs of real riders': pairs, encounters }, findings };
  },
});
