/** What the jobs share: the plan of a rider from Passau to Vienna, and the mail that a new rider gets. */

export const password = 'five slow gravel passes';

const dayMs = 86_400_000;

export const plan = {
  name: 'Down the Danube',
  visibility: 'discoverable',
  starts_on: new Date(Date.now() + 30 * dayMs).toISOString().slice(0, 10),
  daily_distance_m: 60_000,
} as const;

export const gpx = `<?xml version="1.0"?>
<gpx version="1.1" creator="Kairos" xmlns="http://www.topografix.com/GPX/1/1"><trk><name>Passau to Vienna</name><trkseg>
<trkpt lat="48.5744" lon="13.4648"/><trkpt lat="48.3069" lon="14.2858"/><trkpt lat="48.1772" lon="15.0836"/>
<trkpt lat="48.4092" lon="15.6141"/><trkpt lat="48.3306" lon="16.0594"/><trkpt lat="48.2082" lon="16.3738"/>
</trkseg></trk></gpx>`;

type Mail = { links: string[] };

/** Waits for the verification mail in the local inbox, and reads the token in its link. */
export async function readToken(inbox: string, email: string): Promise<string> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const response = await fetch(`${inbox}/inbox.json?to=${encodeURIComponent(email)}`);
    const mails: Mail[] = await response.json();
    const token = /#token=([\w-]+)/.exec(mails.flatMap(({ links }) => links).join())?.[1];
    if (token) return token;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`The inbox got no verification mail to ${email} within ten seconds.`);
}

export const unknownId = '0193a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b';

/** What a job has seen. The types of each generator have these fields. */
type Seen = {
  /** The ids of the journey, as two calls with the same key answered it. */
  ids: readonly string[];
  pointsKept: number;
  days: readonly { number: number }[];
  encounters: readonly { distance_band_m: number }[];
  /** Whether an unknown journey was answered with the code of one. */
  isGone: boolean;
};

/** Prints what the job has seen, and throws if it is not what the plan leads to. */
export function report({ ids, pointsKept, days, encounters, isGone }: Seen): void {
  if (new Set(ids).size !== 1) throw new Error(`The repeat created another journey: ${ids.join()}`);
  if (pointsKept !== 6) throw new Error(`The import kept ${pointsKept} of 6 points.`);
  const numbers = days.map(({ number }) => number).join();
  if (numbers !== '1,2,3,4') throw new Error(`The days are ${numbers} instead of 1 to 4.`);
  if (encounters.length === 0) throw new Error('No rider is near.');
  if (!isGone) throw new Error('An unknown journey did not answer journeys.not_found.');
  console.log(`${days.length} days planned, ${encounters.length} ${encounters.length === 1 ? 'rider' : 'riders'} near`);
}
