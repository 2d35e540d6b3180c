// What an attacker learns of tonight's camp from all versions of a plan, by its published first days and paces alone.
import { drawWorld, firstNight, minNights, nightsOf, type Publishing, publishings, versionsOf } from './beliefs.ts';
import { bestGuess, credibleKm } from './places.ts';

const versions = [1, 3, 8, 20];
const noisesM = [0, 10_000];
const paceStepsM = [1_000, 5_000, 10_000];

export type Learned = { km: number; chance: number; priorKm: number; priorChance: number };

/** What an attacker knows of one rider after each of these numbers of versions, for each noise of the camps. */
function attackVersions(
  { lengthM, paceStepM }: { lengthM: number; paceStepM: number },
  publishing: Publishing,
  roll: () => number,
): Map<string, Learned> {
  const world = drawWorld(lengthM, paceStepM, roll);
  const learned = new Map<string, Learned>();
  for (const { version, plan, before, after: belief } of versionsOf(world, publishing, roll)) {
    const nights = nightsOf(world, world.paces[plan.pace] ?? 0);
    if (versions.includes(version) && nights > minNights) {
      const tonight = plan.day + firstNight - 1 + Math.floor(roll() * (nights - firstNight + 1));
      for (const noiseM of noisesM) {
        const [after, prior] = [belief.camps(tonight, noiseM), before.camps(tonight, noiseM)];
        learned.set(`${version}/${noiseM}`, {
          km: credibleKm(after),
          chance: bestGuess(after).chance,
          priorKm: credibleKm(prior),
          priorChance: bestGuess(prior).chance,
        });
      }
    }
    if (version === Math.max(...versions)) break;
  }
  return learned;
}

type Summary = {
  medianKm: number;
  wide: number;
  chance: number;
  priorChance: number;
  /** Of the region before asking, the share that is left for the rider for whom least is left. */
  leastLeft: number;
  /** The share of riders for whom less than a quarter is left. */
  lessThanQuarter: number;
};

function summaryOf(each: readonly Learned[], wideKm: number): Summary {
  const mean = (value: (one: Learned) => number) => each.reduce((sum, one) => sum + value(one), 0) / each.length;
  return {
    medianKm: each.map(({ km }) => km).toSorted((a, b) => a - b)[Math.floor(each.length / 2)] ?? 0,
    wide: mean(({ km }) => Number(km >= wideKm)),
    chance: mean(({ chance }) => chance),
    priorChance: mean(({ priorChance }) => priorChance),
    leastLeft: Math.min(...each.map(({ km, priorKm }) => km / priorKm)),
    lessThanQuarter: mean(({ km, priorKm }) => Number(km < priorKm / 4)),
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
        attackVersions({ lengthM: lengthsM[n % lengthsM.length] ?? 0, paceStepM }, publishing, roll),
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
