import type { Shift } from '../../../../src/features/presence/shift.rules.ts';
import { sql } from '../../../../test/support/db.ts';
import { createJourney, createRider, gpxOf, importPlan } from '../../../../test/support/factories.ts';
import { secretShift } from '../../../../test/support/published.ts';
import { diceOf } from '../../../support/dice.ts';
import type { Outcome, Run } from '../../../support/engine.ts';
import type { Finding } from '../../../support/finding.ts';
import { publishedRows } from '../abstraction.ts';
import { publishings } from './beliefs.ts';
import { type AttackResult, asPublished, attackAll, otherDesigns, ownNoise, wideKm } from './designs.ts';
import { publishedPassages } from './grids.ts';
import { askAbout, createSpy, type Target } from './oracle.ts';
import { drawRider, type Rider } from './plans.ts';
import { noNoise } from './posterior.ts';
import { attackReplanning, type VersionsResult } from './replanning.ts';
import { attackRidden, type RiddenResult } from './ridden.ts';
import { loadRoutes } from './routes.ts';

const accounts = 200;
/** The queries of a full run. A short run asks ten for each rider. */
const maxQueries = 20_000;
const allRiders = 200;
const askedAbout = 10;
const dayMs = 86_400_000;
const firstDay = Date.UTC(2027, 5, 1) / dayMs;
/** The claim: asking raises the chance of a near guess by at most this share. */
const maxGain = 0.02;
/** The same after eight versions of a plan. */
const maxReplanningGain = 0.025;
const maxReplanning = 100;

/** The only defect of this engine turns the shift off. */
const isShiftOff = process.env.KAIROS_DEFECT !== undefined;
const shiftOf = (riderId: string, journeyId: string): Shift =>
  isShiftOff ? { shiftS: 0, skew: 0 } : secretShift(riderId, journeyId);

const dayOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);

/** Plans the journey of a rider as an app does, and returns its presence. */
async function publish({ route, plan }: Rider): Promise<Target> {
  const rider = await createRider();
  const { id: journeyId } = await createJourney(rider, {
    visibility: 'discoverable',
    starts_on: dayOf(plan.startDay),
    daily_distance_m: plan.paceM,
  });
  await importPlan(rider, journeyId, gpxOf(route.line));
  const rows = await sql`select cell, bucket from presence_cells where journey_id = ${journeyId}`;
  const presence = new Map<number, Set<number>>();
  for (const { cell, bucket } of rows) presence.set(cell, (presence.get(cell) ?? new Set()).add(bucket));
  return { riderId: rider.id, journeyId, presence };
}

/** Whether the attacker computes the presence of a plan correctly. */
function isPredicted({ route, plan }: Rider, target: Target | undefined): boolean {
  if (!target) return false;
  const schedule = { startsOn: dayOf(plan.startDay), dailyDistanceM: plan.paceM };
  const expected = publishedRows(publishedPassages(route), schedule, shiftOf(target.riderId, target.journeyId));
  const actual = [...target.presence].flatMap(([cell, buckets]) => [...buckets].map((bucket) => `${cell}/${bucket}`));
  return String(expected) === String(actual.sort());
}

async function spyOn(targets: readonly Target[], queries: number, roll: () => number): Promise<string[]> {
  const spies = await Promise.all(Array.from({ length: Math.min(accounts, Math.ceil(queries / 20)) }, createSpy));
  const wrong: string[] = [];
  const turns = Array.from({ length: Math.floor(queries / 2) }, (_, n) => n).values();
  const work = async () => {
    for (const turn of turns) {
      const spy = spies[turn % spies.length];
      const fault = spy && (await askAbout(targets, spy, roll));
      if (fault) wrong.push(fault);
    }
  };
  // Fewer queries at once than spies, so that no spy moves during its own query.
  await Promise.all(Array.from({ length: Math.min(4, spies.length) }, work));
  return wrong;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function lineOf(
  name: string,
  { medianKm, wide, hits, expected }: Pick<AttackResult, 'medianKm' | 'wide' | 'hits' | 'expected'>,
): string {
  return [name.padEnd(60), `${medianKm} km`.padStart(8), percent(wide), percent(hits), percent(expected)]
    .map((text) => text.padStart(9))
    .join('');
}

function lineOfVersions({ publishing, paceStepM, version, noiseM, ...summary }: VersionsResult): string {
  const name = `${publishing.name}; paces by ${paceStepM / 1_000} km, ${version} versions, camps to ${noiseM / 1_000} km`;
  const line = lineOf(name.padEnd(84), { ...summary, hits: summary.chance, expected: summary.priorChance });
  return `${line} ${percent(summary.lessThanQuarter)} of riders keep less than a quarter of the region`;
}

function lineOfRide({ name, km, chance, left, leftWhenTold }: RiddenResult): string {
  const regions = `${km.before} km, with all outlets ${km.after} km, and an ended connection ${km.told} km`;
  const near = `near ${percent(chance.before)}, ${percent(chance.after)}, ${percent(chance.told)}`;
  return `${name}: by the line ${regions}; ${near}; left ${percent(left)}, ${percent(leftWhenTold)}`;
}

/** The claim: where a ridden line is shown, all other outlets take at most a tenth of the region that it leaves. */
const ridesWithLess = (rides: readonly RiddenResult[]): Finding[] =>
  rides
    .filter(({ left }) => !(left >= 0.9))
    .map((ride) => ({ kind: 'camp after a ridden line', detail: lineOfRide(ride) }));

/** The claim after eight versions, for camps that lie up to about 10 km beside whole days. */
function replanningFaults({ publishing, paceStepM, version, noiseM, ...found }: VersionsResult): Finding[] {
  const isClaimed = publishing === publishings[0] && version <= 8 && noiseM > 0;
  const isKept = found.medianKm >= 100 && found.wide >= 0.95 && found.chance - found.priorChance <= maxReplanningGain;
  const detail = `${version} versions of paces by ${paceStepM} m: ${found.medianKm} km, ${percent(found.chance)}`;
  return isClaimed && !isKept ? [{ kind: 'camp after re-planning', detail }] : [];
}

export async function findCamps({ seed, count, values }: Run): Promise<Outcome> {
  const roll = diceOf(seed);
  const routes = loadRoutes(values.routes);
  const paceStepM = Number(values['pace-step'] ?? 1_000);
  const riders = Array.from({ length: count }, () => drawRider(routes, paceStepM, firstDay, roll));
  const findings: Finding[] = [];

  const targets = new Map<Rider, Target>();
  for (const rider of riders) targets.set(rider, await publish(rider));
  const unpredicted = riders.filter((rider) => !isPredicted(rider, targets.get(rider)));
  for (const { route, plan } of unpredicted)
    findings.push({ kind: 'not as published', detail: `${route.name} ${JSON.stringify(plan)}` });

  const sample = riders.slice(0, askedAbout);
  const others = riders.slice(askedAbout).flatMap((rider) => targets.get(rider)?.journeyId ?? []);
  await sql`update journeys set is_over = true where id = any(${others}::uuid[])`;
  const queries = Number(values.queries ?? (count < allRiders ? 10 * count : maxQueries));
  const wrong = await spyOn(
    sample.flatMap((rider) => targets.get(rider) ?? []),
    queries,
    roll,
  );
  for (const detail of wrong) findings.push({ kind: 'more than is published', detail });

  const ofDatabase = asPublished((rider) => targets.get(rider)?.presence ?? new Map(), isShiftOff ? noNoise : ownNoise);
  const result = attackAll(riders, ofDatabase, roll);
  const heads = ['90 % in', `>= ${wideKm} km`, 'near', 'expected'].map((text) => text.padStart(9)).join('');
  console.log(`  ${''.padEnd(60)}${heads}`);
  const prior = {
    ...result,
    medianKm: result.priorMedianKm,
    wide: 1,
    hits: result.priorHits,
    expected: result.priorExpected,
  };
  console.log(`  ${lineOf('before asking', prior)}`);
  console.log(`  ${lineOf(ofDatabase.name, result)}`);
  for (const design of otherDesigns) console.log(`  ${lineOf(design.name, attackAll(riders, design, roll))}`);

  const lengthsM = routes.map(({ lengthM }) => lengthM);
  const replanned = attackReplanning(lengthsM, Math.min(count, maxReplanning), wideKm, roll);
  for (const line of replanned.map(lineOfVersions)) console.log(`  ${line}`);
  findings.push(...replanned.flatMap(replanningFaults));

  const rides = attackRidden(lengthsM, Math.min(count, maxReplanning), roll);
  for (const line of rides.map(lineOfRide)) console.log(`  ${line}`);
  findings.push(...ridesWithLess(rides));

  for (const line of result.narrow) console.log(`  narrow: ${line}`);
  if (result.medianKm < wideKm)
    findings.push({ kind: 'camp', detail: `the region is ${result.medianKm} km for half of the riders` });
  const gain = result.expected - result.priorExpected;
  if (gain > maxGain)
    findings.push({ kind: 'camp', detail: `a guess is near ${percent(gain)} more often than before asking` });

  const figures = {
    routes: routes.length,
    queries,
    'answers that say more than is published': wrong.length,
    'km of road are the median of 90 % regions': result.medianKm,
    '% of them at least 25 km': Math.round(100 * result.wide),
    '% within 2 km': Math.round(1_000 * result.hits) / 10,
    '% expected': Math.round(1_000 * result.expected) / 10,
    '% before asking': Math.round(1_000 * result.priorExpected) / 10,
    '% of the region of a ridden line left with all outlets': Math.floor(
      100 * Math.min(...rides.map(({ left }) => left)),
    ),
  };
  return { figures, findings };
}
