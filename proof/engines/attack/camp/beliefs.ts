// How riders change their plans, what of these is published, and what an attacker believes who learns the published first
// day and pace of each version exactly, which is more than presence shows. It follows keep_plan without a database;
// test/features/discovery/published-plan.test.ts checks that function.
import { maxShiftS, maxSkew } from '../../../../src/features/presence/shift.rules.ts';
import { type Places, smeared } from './places.ts';
import { maxPaceM, minPaceM, startDays } from './plans.ts';

/** How plans are published. `isKept` means that a published plan survives while the true plan stays near. */
export type Publishing = { name: string; maxShiftDays: number; maxSkew: number; maxSlack: number; isKept: boolean };

const own = { maxShiftDays: maxShiftS / 86_400, maxSkew, maxSlack: 1.5, isKept: true };
export const publishings: readonly Publishing[] = [
  { name: 'as it is: the published plan is kept', ...own },
  { name: 'kept, and drawn anew without slack', ...own, maxSlack: 1 },
  { name: 'kept, up to 7 days and 50 %', ...own, maxShiftDays: 7, maxSkew: 0.5 },
  { name: 'each version drawn anew', ...own, isKept: false },
];

export type Plan = { day: number; pace: number };
type Published = { firstDay: number; paceM: number };
export type World = { paces: readonly number[]; prior: readonly number[]; lengthM: number };

const [firstDay, lastDay] = [-20, 47];
const days = lastDay - firstDay + 1;
const slackLevels = 8;
const maxDaysMoved = 3;
const maxPaceChange = 0.1;
export const firstNight = 4;
export const minNights = 10;

const slackOf = ({ maxSlack }: Publishing, level: number): number => 1 + ((maxSlack - 1) * (level + 0.5)) / slackLevels;

/** The paces to which a rider may change, all equally likely. */
const nearPaces = (paces: readonly number[], pace: number): number[] =>
  paces.flatMap((paceM, n) => (Math.abs(paceM / (paces[pace] ?? 1) - 1) <= maxPaceChange ? [n] : []));

/** Half of the riders keep to within a tenth of their past pace. */
function priorOf(paces: readonly number[], past: number): number[] {
  const near = nearPaces(paces, past);
  return paces.map((_, n) => 0.5 / paces.length + (near.includes(n) ? 0.5 / near.length : 0));
}

function drawFrom(weights: readonly number[], roll: () => number): number {
  let left = roll() * weights.reduce((sum, weight) => sum + weight, 0);
  return weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
}

const movedDay = (day: number, by: number): number => (day + by < firstDay || day + by > lastDay ? day : day + by);

function replan({ day, pace }: Plan, { paces }: World, roll: () => number): Plan {
  const by = roll() < 0.5 ? Math.floor(roll() * (2 * maxDaysMoved + 1)) - maxDaysMoved : 0;
  const near = nearPaces(paces, pace);
  return { day: movedDay(day, by), pace: roll() < 0.5 ? (near[Math.floor(roll() * near.length)] ?? pace) : pace };
}

function mayStay(
  day: number,
  paceM: number,
  published: Published,
  { maxShiftDays, maxSkew: skew }: Publishing,
  slack: number,
) {
  return (
    Math.abs(published.firstDay - day) <= maxShiftDays * slack && Math.abs(paceM / published.paceM - 1) <= skew * slack
  );
}

function draw(day: number, paceM: number, { maxShiftDays, maxSkew: skew }: Publishing, roll: () => number): Published {
  return {
    firstDay: day + (2 * roll() - 1) * maxShiftDays,
    paceM: paceM / (1 + (2 * roll() - 1) * skew),
  };
}

/** What the attacker believes: the probability of each first day, pace and slack. */
class Belief {
  weights: Float64Array;
  readonly world: World;
  readonly levels: number;

  /** All first days of four weeks are equally likely, or only the plan that the rider told. */
  constructor(world: World, levels: number, told?: Plan) {
    this.world = world;
    this.levels = levels;
    this.weights = new Float64Array(days * world.paces.length * levels);
    this.each((day, pace, _, at) => {
      const isPossible = told ? day === told.day && pace === told.pace : day >= 0 && day < startDays;
      this.weights[at] = isPossible ? (told ? 1 : (world.prior[pace] ?? 0)) : 0;
    });
  }

  at(day: number, pace: number, level: number): number {
    return ((day - firstDay) * this.world.paces.length + pace) * this.levels + level;
  }

  each(visit: (day: number, pace: number, level: number, at: number) => unknown): void {
    for (let day = firstDay; day <= lastDay; day += 1)
      for (let pace = 0; pace < this.world.paces.length; pace += 1)
        for (let level = 0; level < this.levels; level += 1) visit(day, pace, level, this.at(day, pace, level));
  }

  /** The rider plans anew. */
  step(): void {
    const moved = new Float64Array(this.weights.length);
    this.each((day, pace, level, at) => {
      const weight = this.weights[at] ?? 0;
      if (weight === 0) return;
      moved[at] = (moved[at] ?? 0) + weight / 2;
      for (let by = -maxDaysMoved; by <= maxDaysMoved; by += 1) {
        const to = this.at(movedDay(day, by), pace, level);
        moved[to] = (moved[to] ?? 0) + weight / 2 / (2 * maxDaysMoved + 1);
      }
    });
    const near = this.world.paces.map((_, pace) => nearPaces(this.world.paces, pace));
    const changed = new Float64Array(this.weights.length);
    this.each((day, pace, level, at) => {
      const weight = moved[at] ?? 0;
      if (weight === 0) return;
      changed[at] = (changed[at] ?? 0) + weight / 2;
      const targets = near[pace] ?? [];
      for (const target of targets) {
        const to = this.at(day, target, level);
        changed[to] = (changed[to] ?? 0) + weight / 2 / targets.length;
      }
    });
    this.weights = changed;
  }

  /** The published plan stays as it was, or leaves it. */
  learnStay(isStay: boolean, published: Published, publishing: Publishing): void {
    this.each((day, pace, level, at) => {
      if (!this.weights[at]) return;
      const stays = mayStay(day, this.world.paces[pace] ?? 0, published, publishing, slackOf(publishing, level));
      if (stays !== isStay) this.weights[at] = 0;
    });
  }

  /** A published plan is drawn, and with it a slack. */
  learnDraw(published: Published, publishing: Publishing): void {
    for (let first = 0; first < this.weights.length; first += this.levels) {
      const sum = this.weights.slice(first, first + this.levels).reduce((all, weight) => all + weight, 0);
      this.weights.fill(sum / this.levels, first, first + this.levels);
    }
    this.each((day, pace, _, at) => {
      const paceM = this.world.paces[pace] ?? 0;
      // The density of a published pace that is a pace divided by a uniform number.
      this.weights[at] = mayStay(day, paceM, published, publishing, 1) ? (this.weights[at] ?? 0) * paceM : 0;
    });
  }

  /** The probability of each pace of a plan with this first day, in metres a day. */
  pacesFrom(day: number): Map<number, number> {
    const chances = new Map<number, number>();
    this.world.paces.forEach((paceM, pace) => {
      const first = this.at(day, pace, 0);
      chances.set(
        paceM,
        this.weights.slice(first, first + this.levels).reduce((sum, weight) => sum + weight, 0),
      );
    });
    return chances;
  }

  /** The camps of a night after the third of a plan of more than ten days. */
  camps(tonight: number, noiseM: number): Places {
    const bins = new Map<number, number>();
    this.each((day, pace, _, at) => {
      const weight = this.weights[at] ?? 0;
      const paceM = this.world.paces[pace] ?? 0;
      const [night, nights] = [tonight - day + 1, nightsOf(this.world, paceM)];
      if (weight === 0 || night < firstNight || night > nights || nights <= minNights) return;
      const atM = night * paceM;
      bins.set(atM, (bins.get(atM) ?? 0) + weight / (nights - firstNight + 1));
    });
    const places = [...bins].map(([atM, weight]) => ({ atM, weight }));
    return noiseM === 0 ? places : smeared(places, noiseM);
  }
}

export const nightsOf = ({ lengthM }: World, paceM: number): number => Math.ceil(lengthM / paceM) - 1;

/**
 * A version of a plan, with what is believed by one who knows all that was published (`after`), by one who knows nothing
 * of it (`before`), and by one who was connected at the first version and knows what was published since (`told`).
 */
export type Version = { version: number; plan: Plan; before: Belief; after: Belief; told: Belief };

/** Draws a rider of this world who plans anew again and again. Each version changes the beliefs in place. */
export function* versionsOf(world: World, publishing: Publishing, roll: () => number): Generator<Version, never> {
  let plan: Plan = { day: Math.floor(roll() * startDays), pace: drawFrom(world.prior, roll) };
  const before = new Belief(world, 1);
  const [after, told] = [new Belief(world, slackLevels), new Belief(world, slackLevels, plan)];
  let slack = slackOf(publishing, Math.floor(roll() * slackLevels));
  let published = draw(plan.day, world.paces[plan.pace] ?? 0, publishing, roll);
  for (const belief of [after, told]) belief.learnDraw(published, publishing);
  for (let version = 1; ; version += 1) {
    yield { version, plan, before, after, told };
    plan = replan(plan, world, roll);
    for (const belief of [before, after, told]) belief.step();
    const paceM = world.paces[plan.pace] ?? 0;
    const stays = publishing.isKept && mayStay(plan.day, paceM, published, publishing, slack);
    if (publishing.isKept) for (const belief of [after, told]) belief.learnStay(stays, published, publishing);
    if (!stays) {
      published = draw(plan.day, paceM, publishing, roll);
      slack = slackOf(publishing, Math.floor(roll() * slackLevels));
      for (const belief of [after, told]) belief.learnDraw(published, publishing);
    }
  }
}

/** A rider on a route of this length, with a past pace, whose paces are multiples of a step. */
export function drawWorld(lengthM: number, paceStepM: number, roll: () => number): World {
  const count = (maxPaceM - minPaceM) / paceStepM + 1;
  const paces = Array.from({ length: count }, (_, n) => minPaceM + n * paceStepM);
  return { paces, prior: priorOf(paces, Math.floor(roll() * count)), lengthM };
}
