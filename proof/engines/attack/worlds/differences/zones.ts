import type { LonLat } from '../../../../../test/support/factories.ts';
import type { Difference } from '../difference.ts';
import { addMarker, createJourney, createZone, importPlan, markerAt } from '../rider-calls.ts';
import { same } from '../twins.ts';

/** In degrees, well inside a zone of five kilometres. */
const nearHome = 0.03;

/**
 * Everything inside privacy zones differs: lines that begin in a zone, lead through it or stay in it, and markers. A
 * marker changes from one zone to the other, since a place in the same zone could be in the same cell.
 */
export const zones: Difference = {
  name: 'zones',
  async apply(rider, scene) {
    const way = scene.way(160);
    const none: LonLat = [0, 0];
    const [first, middle] = [way[0] ?? none, way[13] ?? none];
    for (const center of [first, middle]) await createZone(rider, scene, center, 5_000);
    const near = ([longitude, latitude]: LonLat): LonLat => [
      Number((longitude + scene.between(-nearHome, nearHome)).toFixed(6)),
      Number((latitude + scene.between(-nearHome, nearHome)).toFixed(6)),
    ];
    const createLine = (): LonLat[] => [
      near(first),
      near(first),
      ...way.slice(2, 12),
      near(middle),
      near(middle),
      ...way.slice(15),
    ];
    for (const visibility of ['discoverable', 'public']) {
      const schedule = { visibility, starts_on: '2027-05-15', daily_distance_m: 60_000 };
      const id = await createJourney(rider, scene, same(schedule));
      if (visibility === 'public') scene.publicLineIds.push(id);
      await importPlan(rider, id, [createLine(), createLine()]);
      const marker = (home: LonLat) => markerAt(near(home), { estimated_time: '2027-05-17T12:00:00Z' });
      await addMarker(rider, scene, id, [marker(first), marker(middle)]);
      await importPlan(rider, id, [
        [near(first), near(first)],
        [near(first), near(first)],
      ]);
    }
  },
};
