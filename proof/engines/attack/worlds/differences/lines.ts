import type { Shift } from '../../../../../src/features/presence/shift.rules.ts';
import { addDays } from '../../../../../src/lib/days.ts';
import { cellAt } from '../../../../../src/lib/grid.ts';
import type { LonLat } from '../../../../../test/support/factories.ts';
import { secretShift } from '../../../../../test/support/published.ts';
import { abstractionOf, type Plan } from '../../abstraction.ts';
import type { Difference } from '../difference.ts';
import { changeJourney, createJourney, importPlan } from '../rider-calls.ts';
import type { Scene } from '../scene.ts';
import { clock, same } from '../twins.ts';

const maxTries = 60;

/** Points of a planned line move within their cells; days and paces change as far as presence stays the same. */
export const lines: Difference = {
  name: 'lines',
  async apply(rider, scene) {
    const id = await createJourney(rider, scene, same({ visibility: 'discoverable' }));
    const startsOn = addDays(new Date(clock.nowMs).toISOString().slice(0, 10), 4 + Math.floor(scene.roll() * 6));
    const plan = { line: scene.way(scene.between(90, 300)), startsOn, dailyDistanceM: scene.between(40_000, 110_000) };
    const other = similarPlan(plan, secretShift(rider.id, id), scene);
    await importPlan(rider, id, [plan.line, other.line]);
    await changeJourney(rider, id, [scheduleOf(plan), scheduleOf(other)]);
  },
};

export const scheduleOf = ({ startsOn, dailyDistanceM }: Omit<Plan, 'line'>) => ({
  starts_on: startsOn,
  daily_distance_m: Math.round(dailyDistanceM),
});

/** Another plan with the same published abstraction, as different as some attempts can make it. */
function similarPlan(plan: Plan, shift: Shift, scene: Scene): Plan {
  const wanted = abstractionOf(rounded(plan), shift);
  for (let left = maxTries; left > 0; left -= 1) {
    const strength = left / maxTries;
    const moved = (point: LonLat): LonLat => {
      const by = () => scene.between(-0.1, 0.1) * strength ** 2;
      const place: LonLat = [Number((point[0] + by()).toFixed(6)), Number((point[1] + by()).toFixed(6))];
      return cellAt(place) === cellAt(point) ? place : point;
    };
    const other = rounded({
      line: plan.line.map(moved),
      startsOn: addDays(plan.startsOn, strength > 0.6 ? scene.oneOf([-1, 0, 1]) : 0),
      dailyDistanceM: plan.dailyDistanceM * (1 + scene.between(-0.2, 0.2) * strength ** 2),
    });
    if (abstractionOf(other, shift) === wanted) return other;
  }
  return plan;
}

const rounded = (plan: Plan): Plan => ({ ...plan, dailyDistanceM: Math.round(plan.dailyDistanceM) });
