// What a shown ridden line says of tonight's camp by itself, and what the other outlets add to it. The attacker knows the
// route, the first day of the ride, each camp on the shown line exactly, and in which part of the road the line ends.
import { drawWorld, firstNight, minNights, nightsOf, type Publishing, publishings, versionsOf } from './beliefs.ts';
import { bestGuess, credibleKm, type Places, smeared } from './places.ts';

const delaysH = [24, 48, 96] as const;
const versions = [1, 8] as const;
const paceStepsM = [1_000, 5_000, 10_000] as const;
/** The road through a cell of the grid. A shown line ends where it enters the last cell. */
const cellM = 25_000;
const binM = 1_000;

/** How riders ride: how far they are from the place where their pace puts them. */
const ways = [
  { name: 'camps to 10 km beside the plan', adds: false, sdM: () => 10_000 },
  { name: 'days 15 % longer or shorter, which adds up', adds: true, sdM: (paceM: number) => 0.15 * paceM },
] as const;
type Way = (typeof ways)[number];

function normal(roll: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - roll())) * Math.cos(2 * Math.PI * roll());
}

const density = (valueM: number, sdM: number): number => Math.exp(-((valueM / sdM) ** 2) / 2) / sdM;

function rideCamps(way: Way, paceM: number, nights: number, roll: () => number): number[] {
  const campsM: number[] = [];
  for (let night = 1; night <= nights; night += 1) {
    const plannedM = way.adds ? (campsM.at(-1) ?? 0) + paceM : night * paceM;
    campsM.push(plannedM + normal(roll) * way.sdM(paceM));
  }
  return campsM;
}

/** What others see: the camps on the shown line, and where it ends. On the evening `hidden` nights ago the rider was in that cell. */
type Shown = { campsM: readonly number[]; endM: number; hidden: number; nights: number };

function shownOf(campsM: readonly number[], delayH: number, cellOffsetM: number): Shown {
  const hidden = delayH / 24;
  const lastM = campsM[campsM.length - 1 - hidden] ?? 0;
  const endM = Math.floor((lastM - cellOffsetM) / cellM) * cellM + cellOffsetM;
  const before = campsM.slice(0, campsM.length - 1 - hidden).filter((atM) => atM < endM);
  return { campsM: before, endM, hidden, nights: campsM.length };
}

/** The possible camps of tonight at one pace. Their weights add up to the probability of what is shown. */
function campsAt(paceM: number, way: Way, { campsM, endM, hidden, nights }: Shown): Places {
  const sdM = way.sdM(paceM);
  const plannedM = (night: number, fromM: number) => (way.adds ? fromM + paceM : night * paceM);
  const chance = campsM.reduce((all, atM, n) => all * density(atM - plannedM(n + 1, campsM[n - 1] ?? 0), sdM), 1);
  const unknown = nights - hidden - campsM.length;
  const lastM = way.adds ? (campsM.at(-1) ?? 0) + unknown * paceM : (nights - hidden) * paceM;
  const lastSdM = way.adds ? Math.sqrt(unknown) * sdM : sdM;
  const inLastCell = Array.from({ length: cellM / binM }, (_, n) => endM + (n + 0.5) * binM).map((atM) => ({
    atM,
    weight: chance * density(atM - lastM, lastSdM),
  }));
  if (way.adds) {
    const ahead = inLastCell.map(({ atM, weight }) => ({ atM: atM + hidden * paceM, weight }));
    return smeared(ahead, Math.sqrt(hidden) * sdM);
  }
  const weight = inLastCell.reduce((sum, place) => sum + place.weight, 0);
  return smeared([{ atM: nights * paceM, weight }], sdM);
}

const campsOf = (paces: ReadonlyMap<number, number>, way: Way, shown: Shown): Places =>
  [...paces].flatMap(([paceM, chance]) =>
    chance === 0 ? [] : campsAt(paceM, way, shown).map(({ atM, weight }) => ({ atM, weight: weight * chance })),
  );

/** The region and the chance of a near guess: from the line alone, with all outlets, and with an ended connection too. */
const knowledges = ['before', 'after', 'told'] as const;
type Learned = Record<(typeof knowledges)[number], { km: number; chance: number }>;

/** What is learned of riders on routes of these lengths. A night has a line to show if it is later than the delay. */
function learnedOf(
  lengthsM: readonly number[],
  count: number,
  { paceStepM, version, way, delayH }: { paceStepM: number; version: number; way: Way; delayH: number },
  publishing: Publishing,
  roll: () => number,
): Learned[] {
  return Array.from({ length: count }, (_, n) => lengthsM[n % lengthsM.length] ?? 0).flatMap((lengthM) => {
    const world = drawWorld(lengthM, paceStepM, roll);
    for (const found of versionsOf(world, publishing, roll)) {
      if (found.version < version) continue;
      const paceM = world.paces[found.plan.pace] ?? 0;
      const nights = nightsOf(world, paceM);
      const first = Math.max(firstNight, delayH / 24 + 2);
      if (nights <= minNights) return [];
      const tonight = first + Math.floor(roll() * (nights - first + 1));
      const shown = shownOf(rideCamps(way, paceM, tonight, roll), delayH, roll() * cellM);
      const learnedBy = (knowledge: (typeof knowledges)[number]) => {
        const places = campsOf(found[knowledge].pacesFrom(found.plan.day), way, shown);
        return { km: credibleKm(places), chance: bestGuess(places).chance };
      };
      return [{ before: learnedBy('before'), after: learnedBy('after'), told: learnedBy('told') }];
    }
    return [];
  });
}

export type RiddenResult = {
  name: string;
  /** The median region in kilometres, and the mean chance of a near guess. */
  km: Record<(typeof knowledges)[number], number>;
  chance: Record<(typeof knowledges)[number], number>;
  /** How much of the region of the line alone is left with all outlets, in the mean of all riders. */
  left: number;
  leftWhenTold: number;
};

const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function resultOf(name: string, each: readonly Learned[]): RiddenResult {
  const by = (value: (knowledge: (typeof knowledges)[number]) => number) => ({
    before: value('before'),
    after: value('after'),
    told: value('told'),
  });
  return {
    name,
    km: by((knowledge) => medianOf(each.map((learned) => learned[knowledge].km))),
    chance: by((knowledge) => meanOf(each.map((learned) => learned[knowledge].chance))),
    left: meanOf(each.map(({ before, after }) => after.km / before.km)),
    leftWhenTold: meanOf(each.map(({ before, told }) => told.km / before.km)),
  };
}

/** Attacks riders whose journeys are public and show their ridden lines after the delay. */
export function attackRidden(lengthsM: readonly number[], count: number, roll: () => number): RiddenResult[] {
  const [publishing] = publishings;
  if (!publishing) throw new Error('no way to publish');
  return ways.flatMap((way) =>
    delaysH.flatMap((delayH) =>
      paceStepsM.flatMap((paceStepM) =>
        versions.map((version) => {
          const name = `${way.name}; ${delayH} h, paces by ${paceStepM / 1_000} km, ${version} versions`;
          return resultOf(name, learnedOf(lengthsM, count, { paceStepM, version, way, delayH }, publishing, roll));
        }),
      ),
    ),
  );
}
