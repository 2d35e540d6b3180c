import { randomBytes } from 'node:crypto';
import { styleText } from 'node:util';
import { v7 as newId } from 'uuid';
import { Encounters, rowOf } from './demo/encounter.ts';
import { table } from './demo/table.ts';
import { findVerificationLink } from './demo/verification.ts';
import { ApiFailure, createClient, logIn } from './sample/client.ts';
import { danube } from './sample/danube.ts';
import { writeGpx } from './sample/gpx.ts';
import { sampleRiders } from './sample/riders.ts';
import { lengthM, routePoints, section } from './sample/route.ts';
import { dayFrom, dayOfArrival } from './sample/schedule.ts';
import { answerHelp } from './stack/help.ts';
import { parseOptions } from './stack/options.ts';
import { fail, Refusal } from './stack/refusal.ts';
import { findPorts, requireServer } from './stack/running.ts';
import { localUrl } from './stack/variables.ts';

const usage = 'npm run demo [-- --port <n> --console-port <n>]    uses the running npm start';

/** Makes a newcomer's first calls, from the sign-up to the list of riders nearby. */
async function playDemo(api: string, inbox: string): Promise<void> {
  const address = `newcomer-${randomBytes(4).toString('hex')}@demo.example`;
  const password = `pedal ${randomBytes(6).toString('base64url')} onwards`;
  const stranger = createClient(api);

  await stranger.send('POST', '/v1/auth/register', { email: address, password, name: 'Demo Newcomer' });
  step('Signed up', address);

  const link = await findVerificationLink(inbox, address);
  step('Received the mail', `${inbox}/?to=${encodeURIComponent(address)}`);

  const token = new URLSearchParams(link.hash.slice(1)).get('token');
  await stranger.send('POST', '/v1/auth/verify-email', { token });
  const me = await logIn(api, address, password);
  await me.send('PATCH', '/v1/me', { adult: true, privacy_zones: 'none' });
  step('Verified, logged in', 'and set as an adult without privacy zones');

  const { id, route, startsOn, dailyDistanceM } = plan(new Date());
  const schedule = { starts_on: startsOn, daily_distance_m: dailyDistanceM };
  await me.send('POST', '/v1/journeys', { id, name: 'My first Danube', visibility: 'discoverable', ...schedule });
  const gpx = writeGpx('My first Danube', routePoints(route));
  await me.importGpx(id, 'plan', gpx);
  step('Planned a journey', `Passau to Belgrade, ${km(lengthM(route))}, ${km(dailyDistanceM)} a day from ${startsOn}`);
  step('Imported the route', `${Math.round(gpx.length / 1000)} kB of GPX`);

  const askedAt = performance.now();
  const { items } = await me
    .get(`/v1/journeys/${id}/nearby`, Encounters)
    // Private again, so that the next newcomer meets the sample riders and not earlier newcomers.
    .finally(() => me.send('PATCH', `/v1/journeys/${id}`, { visibility: 'private' }));
  step('Asked who is near', `${items.length} encounters found in ${Math.round(performance.now() - askedAt)} ms`);
  if (items.length === 0)
    throw new Refusal(
      'No rider is near. Start Kairos again, without --no-sample. If its database has only your own riders, run npm run reset first.',
    );

  const head = ['rider', 'journey', 'where', 'distance', 'my days', 'their days'];
  console.log(
    `\n${table(
      head,
      items.map((encounter) => rowOf(encounter, danube)),
    )}\n`,
  );
  console.log(
    '  Their days are not exact on purpose: a secret of each journey moves them. docs/privacy.md says why.\n',
  );
}

/** A plan from Passau that starts about when the sample rider Anna arrives there. */
function plan(now: Date) {
  const [anna] = sampleRiders;
  if (!anna) throw new Error('local/sample/riders.ts has no riders');
  const startsInDays = anna.journey.startsInDays + dayOfArrival(anna.journey, 'Passau');
  return {
    id: newId(),
    route: section(danube, 'Passau', 'Belgrade'),
    startsOn: dayFrom(now, startsInDays),
    dailyDistanceM: 65_000,
  };
}

const km = (metres: number): string => `${Math.round(metres / 1000)} km`;
const step = (what: string, detail: string): void =>
  console.log(`  ${styleText('green', '✓')} ${what.padEnd(20)} ${styleText('dim', detail)}`);

async function main(): Promise<void> {
  const { values } = parseOptions(
    { args: process.argv.slice(2), options: { port: { type: 'string' }, 'console-port': { type: 'string' } } },
    usage,
  );
  const { port, consolePort } = await findPorts(values);
  for (const one of [port, consolePort]) await requireServer(one);
  console.log(`\n${styleText('bold', 'A new rider tries Kairos')}\n`);
  await playDemo(localUrl(port), localUrl(consolePort));
}

answerHelp(usage);
await main().catch((error: unknown) => fail(error instanceof ApiFailure ? new Refusal(error.message) : error));
