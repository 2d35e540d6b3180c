// npm run shown: riders in random states against every way out. Nobody who may not be seen is seen, and nobody loses sight
// of somebody they may see.
import '../../support/help.ts';
import '../../support/with-quick-hashes.ts';

import { encounterIdOf } from '../../../src/features/discovery/encounter-id.rules.ts';
import { config } from '../../../test/support/app.ts';
import {
  createJourney,
  createRider,
  gpxOf,
  importPlan,
  type LonLat,
  type Rider,
} from '../../../test/support/factories.ts';
import { diceOf } from '../../support/dice.ts';
import { runEngine } from '../../support/engine.ts';
import type { Finding } from '../../support/finding.ts';
import { ordinary, type Shown, type State, states } from './states.ts';

const ridersPerRound = 12;

type Item = { encounter_id: string; rider: { id: string } | null };

const roadOf = (round: number): string =>
  gpxOf(Array.from({ length: 60 }, (_, n): LonLat => [70 + n / 20, -60 + ((round * 7) % 120)]));

async function join(round: number, visibility: Shown['visibility']): Promise<Shown> {
  const rider = await createRider();
  const schedule = { visibility, starts_on: '2027-06-01', daily_distance_m: 80_000 };
  const { id } = await createJourney(rider, schedule);
  await importPlan(rider, id, roadOf(round));
  return { rider, journeyId: id, visibility };
}

/** The encounters of a search, by their ids, with the rider's id if it is named. */
async function search({ rider, journeyId }: Shown): Promise<ReadonlyMap<string, string | undefined>> {
  const { status, json, text } = await rider.get(`/v1/journeys/${journeyId}/nearby?limit=50`);
  if (status !== 200) throw new Error(`a search failed: ${status} ${text}`);
  const items: Item[] = json.items;
  return new Map(items.map((item) => [item.encounter_id, item.rider?.id]));
}

/** Each way out, with what it must show and what it shows. */
async function lookAt(shown: Shown, state: State, viewer: Shown, found: Awaited<ReturnType<typeof search>>) {
  const { rider, journeyId, visibility } = shown;
  const isPublic = visibility === 'public';
  const encounterId = encounterIdOf(config.keys.encounterId, viewer.journeyId, journeyId);
  const answers = async (path: string, ask: Rider = viewer.rider) => (await ask.get(path)).status === 200;
  const listed = await viewer.rider.get(`/v1/users/${rider.id}/journeys`);
  const asked = await viewer.rider.post('/v1/connections', { encounter_id: encounterId, message: '' });
  const inPublic = isPublic && state.inPublic;
  // A named rider whom the viewer has blocked by id is left out of the search, so that no name is left.
  const inSearch = state.inSearch && (state.inPublic || !isPublic);
  return [
    ['search', inSearch, found.has(encounterId)],
    ['name in the search', inSearch && isPublic, found.get(encounterId) === rider.id],
    ['journey', inPublic, await answers(`/v1/journeys/${journeyId}`)],
    ['route', inPublic, await answers(`/v1/journeys/${journeyId}/route`)],
    ['itinerary', inPublic, await answers(`/v1/journeys/${journeyId}/itinerary`)],
    ['list of journeys', inPublic, listed.text.includes(journeyId)],
    ['profile', state.profile, await answers(`/v1/users/${rider.id}`)],
    ['request to connect', state.canBeAsked, asked.status === 201],
  ] as const;
}

await runEngine({
  name: 'shown',
  unit: 'rounds',
  count: { full: 20, short: 2 },
  controlCount: 3,
  async run({ seed, count }) {
    const findings: Finding[] = [];
    const roll = diceOf(seed);
    const anyState = (): State => states[Math.floor(roll() * states.length)] ?? ordinary;
    let looks = 0;
    for (let round = 0; round < count; round += 1) {
      const viewer = await join(round, 'discoverable');
      const riders: { shown: Shown; state: State }[] = [];
      for (let n = 0; n < ridersPerRound; n += 1) {
        const shown = await join(round, roll() < 0.5 ? 'public' : 'discoverable');
        riders.push({ shown, state: n < 2 ? ordinary : anyState() });
      }
      const before = await search(viewer);
      if (before.size < ridersPerRound)
        findings.push({ kind: 'lost sight', detail: `round ${round}: ${before.size} of ${ridersPerRound} at first` });
      for (const { shown, state } of riders) await state.begin(shown, viewer.rider);
      const found = await search(viewer);
      for (const { shown, state } of riders)
        for (const [way, isWanted, isShown] of await lookAt(shown, state, viewer, found)) {
          looks += 1;
          if (isWanted !== isShown)
            findings.push({
              kind: isShown ? 'seen' : 'lost sight',
              detail: `round ${round}: ${way}: a rider ${state.name}, ${shown.visibility}`,
            });
        }
      for (const { shown } of [...riders, { shown: viewer }])
        await shown.rider.delete(`/v1/journeys/${shown.journeyId}`);
    }
    return { figures: { states: states.length, 'ways out': 8, looks }, findings };
  },
});
