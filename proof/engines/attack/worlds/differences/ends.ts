import geodesic from 'geographiclib-geodesic';
import type { LonLat } from '../../../../../test/support/factories.ts';
import type { Difference } from '../difference.ts';
import { createJourney, importPlan } from '../rider-calls.ts';
import { same } from '../twins.ts';

const { Geodesic } = geodesic;
const endM = 1_900;

/** A public line begins and ends at another home, at the same distance from its shown part. */
export const ends: Difference = {
  name: 'ends',
  async apply(rider, scene) {
    for (const lengthKm of [60, 120]) {
      const id = await createJourney(
        rider,
        scene,
        same({ visibility: 'public', starts_on: '2027-05-15', daily_distance_m: 60_000 }),
      );
      scene.publicLineIds.push(id);
      const way = scene.way(lengthKm);
      const withHome = (): LonLat[] => [
        awayFrom(way[0], scene.between(0, 360)),
        ...way,
        awayFrom(way.at(-1), scene.between(0, 360)),
      ];
      await importPlan(rider, id, [withHome(), withHome()]);
    }
  },
};

function awayFrom([longitude, latitude]: LonLat = [0, 0], bearing: number): LonLat {
  const { lon2 = 0, lat2 = 0 } = Geodesic.WGS84.Direct(latitude, longitude, bearing, endM);
  return [lon2, lat2];
}
