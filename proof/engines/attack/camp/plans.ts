import type { Route } from './routes.ts';

/**
 * What the attacker holds likely before asking anything: riders set out on any of 28 days that are known, at any whole
 * number of kilometres a day from 50 to 130, and are camp on their way tonight, in any of their nights alike. The
 * route and its start are known, and so is the way the plan is made: so many kilometres each day.
 */
export const startDays = 28;
export const leastPaceM = 50_000;
export const maxPaceM = 130_000;

export type Prior = {
  /** The days on which the rider may have set out, counted from 1970. */
  firstDay: number;
  days: number;
  /** Metres between two paces that a rider may have chosen. */
  paceStepM: number;
};

/** What a rider keeps from strangers. */
export type Plan = { startDay: number; paceM: number };
/** Somebody on the way; `tonight` is a day counted from 1970. */
export type Rider = { route: Route; prior: Prior; plan: Plan; tonight: number };

/** The nights between the first day of a plan and its last. */
export const nightsOf = ({ lengthM }: Route, paceM: number): number => Math.ceil(lengthM / paceM) - 1;

/** Metres along the route of the camp of a night; undefined where the plan has no such night. */
export function campM(route: Route, { startDay, paceM }: Plan, tonight: number): number | undefined {
  const night = tonight - startDay + 1;
  return night >= 1 && night <= nightsOf(route, paceM) ? night * paceM : undefined;
}

export const pacesOf = ({ paceStepM }: Prior): number[] =>
  Array.from({ length: (maxPaceM - leastPaceM) / paceStepM + 1 }, (_, n) => leastPaceM + n * paceStepM);

/** A rider as the prior has them. */
export function drawRider(routes: readonly Route[], paceStepM: number, firstDay: number, roll: () => number): Rider {
  const route = routes[Math.floor(roll() * routes.length)];
  if (!route) throw new Error('no routes');
  const prior = { firstDay, days: startDays, paceStepM };
  const paces = pacesOf(prior);
  const plan = {
    startDay: firstDay + Math.floor(roll() * startDays),
    paceM: paces[Math.floor(roll() * paces.length)] ?? leastPaceM,
  };
  return { route, prior, plan, tonight: plan.startDay + Math.floor(roll() * nightsOf(route, plan.paceM)) };
}
