import { addJourneys, addLines, addMarkers } from '../../../test/features/usage/full-account.ts';
import type { Answer } from '../../../test/support/app.ts';
import { sql } from '../../../test/support/db.ts';
import { createJourney, createRider, gpxOf, type Rider } from '../../../test/support/factories.ts';

export const atOnce = 50;

type Bound = {
  name: string;
  /** How many more of the calls may succeed. */
  room: number;
  /** Brings a new rider near the bound, and answers the call that goes beyond it. */
  prepare: (rider: Rider) => Promise<() => Promise<Answer>>;
};

const file = gpxOf([
  [16, 48],
  [16.1, 48],
]);
const marker = { name: 'Camp', marker_type: 'plan', coordinates: { type: 'Point', coordinates: [16, 48] } };

// test/features/usage/usage.test.ts tries each bound in CI.
export const bounds: readonly Bound[] = [
  {
    name: '500 journeys',
    room: 3,
    async prepare(rider) {
      await addJourneys(rider, 497);
      return () => rider.post('/v1/journeys', { name: 'One more' });
    },
  },
  {
    name: '20 visible journeys',
    room: 2,
    async prepare(rider) {
      await addJourneys(rider, 18, 'public');
      return () => rider.post('/v1/journeys', { name: 'Look', visibility: 'discoverable' });
    },
  },
  {
    name: '50,000 markers',
    room: 5,
    async prepare(rider) {
      const [id = '', ...full] = await addJourneys(rider, 6);
      for (const other of full) await addMarkers(other, 9_999);
      return () => rider.post(`/v1/journeys/${id}/markers`, marker);
    },
  },
  {
    name: '5 million points',
    room: 4,
    async prepare(rider) {
      const [full, { id }] = [await createJourney(rider), await createJourney(rider)];
      await addLines(full.id, 1, { points: 4_999_992 });
      const headers = { 'Content-Type': 'application/gpx+xml' };
      // Each file is another one, because the same one would be there already.
      const another = () => `${file}<!-- ${crypto.randomUUID()} -->`;
      return () => rider.post(`/v1/journeys/${id}/imports?as=plan`, another(), { headers });
    },
  },
  {
    name: '50 journeys in a day',
    room: 4,
    async prepare(rider) {
      await createJourney(rider);
      await sql`update daily_counts set made = 46 where user_id = ${rider.id} and kind = 'journeys'`;
      return () => rider.post('/v1/journeys', { name: 'Today' });
    },
  },
];

/** Goes beyond a bound call by call, then with another rider at once. Answers what is wrong. */
export async function faultOf({ name, room, prepare }: Bound): Promise<string | undefined> {
  const alone = await prepare(await createRider());
  const inTurn: Answer[] = [];
  for (let n = 0; n < room + 2; n += 1) inTurn.push(await alone());
  const together = await prepare(await createRider());
  const simultaneous = await Promise.all(Array.from({ length: atOnce }, together));
  for (const [how, answers] of [
    ['one after the other', inTurn],
    ['at once', simultaneous],
  ] as const) {
    const made = answers.filter(({ status }) => status === 201).length;
    const others = answers.filter(({ status }) => status !== 201 && status !== 409 && status !== 429);
    if (made !== room) return `${name}, ${how}: ${made} of ${answers.length} calls succeeded instead of ${room}`;
    if (others[0]) return `${name}, ${how}: ${others[0].status} ${others[0].text.slice(0, 200)}`;
  }
  return undefined;
}
