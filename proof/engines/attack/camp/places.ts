/** Possible places in metres along a route, each with its probability. Weights need not add up to one. */
export type Places = { atM: number; weight: number }[];

const binM = 1_000;
export const nearM = 2_000;
const credible = 0.9;

/** The minimum number of kilometres of road that hold 90 % of the probability. */
export function credibleKm(places: Places): number {
  const bins = new Map<number, number>();
  for (const { atM, weight } of places) {
    const bin = Math.floor(atM / binM);
    bins.set(bin, (bins.get(bin) ?? 0) + weight);
  }
  const wanted = totalOf(places) * credible;
  let [held, count] = [0, 0];
  for (const weight of [...bins.values()].sort((a, b) => b - a)) {
    if (held >= wanted * (1 - 1e-12)) break;
    held += weight;
    count += 1;
  }
  return count;
}

const totalOf = (places: Places): number => places.reduce((sum, { weight }) => sum + weight, 0);

/** The guess with the highest probability of being near, and that probability. */
export function bestGuess(places: Places): { atM: number; chance: number } {
  const sorted = places.toSorted((a, b) => a.atM - b.atM);
  let [first, held] = [0, 0];
  let best = { atM: 0, chance: 0 };
  for (const { atM, weight } of sorted) {
    held += weight;
    for (let from = sorted[first]; from && from.atM < atM - 2 * nearM; from = sorted[first]) {
      held -= from.weight;
      first += 1;
    }
    const middle = ((sorted[first]?.atM ?? atM) + atM) / 2;
    if (held > best.chance) best = { atM: middle, chance: held };
  }
  return { atM: best.atM, chance: best.chance / totalOf(places) };
}

/** Each place spread by a normal distribution, in steps of a kilometre. */
export function smeared(places: Places, noiseM: number): Places {
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
