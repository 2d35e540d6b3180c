import type { Route } from './routes.ts';

/**
 * The attacker's prior: a rider starts on one of 28 known days, rides a whole number of kilometres a day from 50 to
 * 130, and camps on the way tonight. All days, paces and nights are equally likely. The route and its start are known,
 * and a plan has the same distance each day.
 */
export const startDays = 28;
export const minPaceM = 50_000;
export const maxPaceM = 130_000;

export type Prior = {
  /** The first possible start day, counted from 1970. */
  firstDay: number;
  days: number;
  /** The difference between two possible paces, in metres a day. */
  paceStepM: number;
};

/** The secret of a rider. */
export type Plan = { startDay: number; paceM: number };
/** A rider on the way; `tonight` is a day counted from 1970. */
export type Rider = { route: Route; prior: Prior; plan: Plan; tonight: number };

/** The nights between the first day of a plan and its last. */
export const nightsOf = ({ lengthM }: Route, paceM: number): number => Math.ceil(lengthM / paceM) - 1;

/** The camp of a night in metres along the route; undefined if the plan does not include that night. */
export function campM(route: Route, { startDay, paceM }: Plan, tonight: number): number | undefined {
  const night = tonight - startDay + 1;
  return night >= 1 && night <= nightsOf(route, paceM) ? night * paceM : undefined;
}

export const pacesOf = ({ paceStepM }: Prior): number[] =>
  Array.from({ length: (maxPaceM - minPaceM) / paceStepM + 1 }, (_, n) => minPaceM + n * paceStepM);

/** Draws a rider from the prior. */
export function drawRider(routes: readonly Route[], paceStepM: number, firstDay: number, roll: () => number): Rider {
  const route = routes[Math.floor(roll() * routes.length)];
  if (!route) throw new Error('the folder has no GPX files');
  const prior = { firstDay, days: startDays, paceStepM };
  const paces = pacesOf(prior);
  const plan = {
    startDay: firstDay + Math.floor(roll() * startDays),
    paceM: paces[Math.floor(roll() * paces.length)] ?? minPaceM,
  };
  return { route, prior, plan, tonight: plan.startDay + Math.floor(roll() * nightsOf(route, plan.paceM)) };
}
