import type { Shift } from '../../../../../src/features/presence/shift.rules.ts';
import { addDays } from '../../../../../src/lib/days.ts';
import { secretShift } from '../../../../../test/support/published.ts';
import { abstractionOf, type Plan } from '../../abstraction.ts';
import type { Difference } from '../difference.ts';
import { changeJourney, createJourney, importPlan } from '../rider-calls.ts';
import type { Scene } from '../scene.ts';
import { clock, same } from '../twins.ts';
import { scheduleOf } from './lines.ts';

/**
 * Day and pace of a public line differ as far as presence stays the same; another line has no pace, so no dates. A second
 * dated line could take over what was published of the first, which differs within its buckets.
 */
export const schedules: Difference = {
  name: 'schedules',
  async apply(rider, scene) {
    const today = new Date(clock.nowMs).toISOString().slice(0, 10);
    const later = (days: number) => addDays(today, days + Math.floor(scene.roll() * 6));
    const id = await createJourney(rider, scene, same({ visibility: 'public' }));
    scene.publicLineIds.push(id);
    const line = scene.way(scene.oneOf([60, 160]));
    const plan = { line, startsOn: later(3), dailyDistanceM: Math.round(scene.between(40_000, 110_000)) };
    await importPlan(rider, id, same(line));
    await changeJourney(rider, id, [scheduleOf(plan), scheduleOf(similarPlan(plan, secretShift(rider.id, id), scene))]);
    const undated = await createJourney(rider, scene, same({ visibility: 'public' }));
    await importPlan(rider, undated, same(scene.way(60)));
    await changeJourney(rider, undated, [{ starts_on: later(3) }, { starts_on: later(20) }]);
  },
};

function similarPlan(plan: Plan, shift: Shift, scene: Scene): Plan {
  const wanted = abstractionOf(plan, shift);
  for (let left = 60; left > 0; left -= 1) {
    const other = {
      ...plan,
      startsOn: addDays(plan.startsOn, left > 30 ? scene.oneOf([-1, 1]) : 0),
      dailyDistanceM: Math.round(plan.dailyDistanceM * (1 + scene.between(-0.3, 0.3) * (left / 60) ** 2)),
    };
    if (abstractionOf(other, shift) === wanted) return other;
  }
  return plan;
}
