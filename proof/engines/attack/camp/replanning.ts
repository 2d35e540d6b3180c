// What an attacker learns of tonight's camp from all versions of a plan. The attacker knows the route, the rider's past
// pace and how people re-plan, and learns the published first day and pace of each version exactly, which is more than
// presence shows. The engine follows keep_plan without a database; test/features/discovery/published-plan.test.ts checks
// that function.
import { maxShiftS, maxSkew } from '../../../../src/features/presence/shift.rules.ts';
import { credibleKm, nearM, type Places } from './places.ts';
import { maxPaceM, minPaceM } from './plans.ts';

/** How plans are published. `isKept` means that a published plan survives while the true plan stays near. */
export type Publishing = { name: string; maxShiftDays: number; maxSkew: number; maxSlack: number; isKept: boolean };

const own = { maxShiftDays: maxShiftS / 86_400, maxSkew, maxSlack: 1.5, isKept: true };
export const publishings: readonly Publishing[] = [
  { name: 'as it is: the published plan is kept', ...own },
  { name: 'kept, and drawn anew without slack', ...own, maxSlack: 1 },
  { name: 'kept, up to 7 days and 50 %', ...own, maxShiftDays: 7, maxSkew: 0.5 },
  { name: 'each version drawn anew', ...own, isKept: false },
];

type Plan = { day: number; pace: number };
type Published = { firstDay: number; paceM: number };
type World = { paces: readonly number[]; prior: readonly number[]; lengthM: number };

const [firstDay, lastDay] = [-20, 47];
const days = lastDay - firstDay + 1;
const slackLevels = 8;
const maxDaysMoved = 3;
const maxPaceChange = 0.1;
const firstNight = 4;
const minNights = 10;

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

  constructor(world: World, levels: number) {
    this.world = world;
    this.levels = levels;
    this.weights = new Float64Array(days * world.paces.length * levels);
    this.each((day, pace, level, at) => {
      this.weights[at] = day >= 0 && day < 28 ? (world.prior[pace] ?? 0) : 0;
      return level;
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

/** Each place spread by a normal distribution, in steps of a kilometre. */
function smeared(places: Places, noiseM: number): Places {
  const bins = new Map<number, number>();
  const reach = Math.ceil((3 * noiseM) / 1_000);
  for (const { atM, weight } of places) {
    for (let km = -reach; km <= reach; km += 1) {
      const bin = Math.floor(atM / 1_000) + km;
      bins.set(bin, (bins.get(bin) ?? 0) + weight * Math.exp(-(((km * 1_000) / noiseM) ** 2) / 2));
    }
  }
  return [...bins].map(([bin, weight]) => ({ atM: bin * 1_000 + 500, weight }));
}

/** The probability that the best guess is within reach. */
function chanceOf(places: Places): number {
  const sorted = places.toSorted((a, b) => a.atM - b.atM);
  let [from, held, best, total] = [0, 0, 0, 0];
  for (const { atM, weight } of sorted) {
    held += weight;
    total += weight;
    for (let first = sorted[from]; first && first.atM < atM - 2 * nearM; first = sorted[from]) {
      held -= first.weight;
      from += 1;
    }
    best = Math.max(best, held);
  }
  return best / total;
}

const nightsOf = ({ lengthM }: World, paceM: number): number => Math.ceil(lengthM / paceM) - 1;

export type Learned = { km: number; chance: number; priorKm: number; priorChance: number };

/** What an attacker knows of one rider after each of these numbers of versions, for each noise of the camps. */
export function attackVersions(
  {
    lengthM,
    paceStepM,
    noisesM,
    versions,
  }: { lengthM: number; paceStepM: number; noisesM: readonly number[]; versions: readonly number[] },
  publishing: Publishing,
  roll: () => number,
): Map<string, Learned> {
  const count = (maxPaceM - minPaceM) / paceStepM + 1;
  const paces = Array.from({ length: count }, (_, n) => minPaceM + n * paceStepM);
  const world = { paces, prior: priorOf(paces, Math.floor(roll() * count)), lengthM };
  const [belief, before] = [new Belief(world, slackLevels), new Belief(world, 1)];
  let plan: Plan = { day: Math.floor(roll() * 28), pace: drawFrom(world.prior, roll) };
  let slack = slackOf(publishing, Math.floor(roll() * slackLevels));
  let published = draw(plan.day, paces[plan.pace] ?? 0, publishing, roll);
  belief.learnDraw(published, publishing);

  const learned = new Map<string, Learned>();
  for (let version = 1; version <= Math.max(...versions); version += 1) {
    if (version > 1) {
      plan = replan(plan, world, roll);
      belief.step();
      before.step();
      const paceM = paces[plan.pace] ?? 0;
      const stays = publishing.isKept && mayStay(plan.day, paceM, published, publishing, slack);
      if (publishing.isKept) belief.learnStay(stays, published, publishing);
      if (!stays) {
        published = draw(plan.day, paceM, publishing, roll);
        slack = slackOf(publishing, Math.floor(roll() * slackLevels));
        belief.learnDraw(published, publishing);
      }
    }
    const nights = nightsOf(world, paces[plan.pace] ?? 0);
    if (!versions.includes(version) || nights <= minNights) continue;
    const tonight = plan.day + firstNight - 1 + Math.floor(roll() * (nights - firstNight + 1));
    for (const noiseM of noisesM) {
      const [after, prior] = [belief.camps(tonight, noiseM), before.camps(tonight, noiseM)];
      learned.set(`${version}/${noiseM}`, {
        km: credibleKm(after),
        chance: chanceOf(after),
        priorKm: credibleKm(prior),
        priorChance: chanceOf(prior),
      });
    }
  }
  return learned;
}

const versions = [1, 3, 8, 20];
const noisesM = [0, 10_000];
const paceStepsM = [1_000, 5_000, 10_000];

type Summary = { medianKm: number; wide: number; chance: number; priorChance: number };

function summaryOf(each: readonly Learned[], wideKm: number): Summary {
  const mean = (value: (one: Learned) => number) => each.reduce((sum, one) => sum + value(one), 0) / each.length;
  return {
    medianKm: each.map(({ km }) => km).toSorted((a, b) => a - b)[Math.floor(each.length / 2)] ?? 0,
    wide: mean(({ km }) => Number(km >= wideKm)),
    chance: mean(({ chance }) => chance),
    priorChance: mean(({ priorChance }) => priorChance),
  };
}

export type VersionsResult = Summary & { publishing: Publishing; paceStepM: number; version: number; noiseM: number };

/** Attacks riders on routes of these lengths, with each way to publish. */
export function attackReplanning(
  lengthsM: readonly number[],
  count: number,
  wideKm: number,
  roll: () => number,
): VersionsResult[] {
  return publishings.flatMap((publishing) =>
    paceStepsM.flatMap((paceStepM) => {
      const riders = Array.from({ length: count }, (_, n) =>
        attackVersions({ lengthM: lengthsM[n % lengthsM.length] ?? 0, paceStepM, noisesM, versions }, publishing, roll),
      );
      return versions.flatMap((version) =>
        noisesM.map((noiseM) => {
          const each = riders.flatMap((learned) => learned.get(`${version}/${noiseM}`) ?? []);
          return { publishing, paceStepM, version, noiseM, ...summaryOf(each, wideKm) };
        }),
      );
    }),
  );
}
