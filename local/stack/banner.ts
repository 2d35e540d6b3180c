import { styleText } from 'node:util';
import type { SampleRider } from '../sample/riders.ts';

type RunningStack = { api: string; console: string; database: string; seconds: number; riders: SampleRider[] };

/** The text that `npm start` prints when everything runs. */
export function banner({ api, console, database, seconds, riders }: RunningStack): string {
  return [
    `${styleText(['bold', 'green'], 'Kairos is running.')} ${dim(`The start took ${seconds.toFixed(1)} s.`)}`,
    '',
    row('API', api),
    row('docs', `${api}/docs`),
    row('health', `${api}/health`),
    row('inbox', `${console}/`, 'all mails of Kairos'),
    row('database', database),
    '',
    ...introduce(riders, api),
    dim('npm run demo makes the first calls of a new rider · npm run reset deletes the data · Ctrl-C stops Kairos'),
    '',
  ].join('\n');
}

function introduce(riders: SampleRider[], api: string): string[] {
  const [first] = riders;
  if (!first) return [];
  const width = Math.max(...riders.map(({ username }) => username.length));
  const lines = riders.map(({ username, password, name, journey }) => {
    const about = journey.visibility === 'discoverable' ? name : `${name}, ${journey.visibility}`;
    return `  ${username.padEnd(width)}  ${password.padEnd(width + 14)}  ${dim(`${journey.name} (${about})`)}`;
  });
  return [
    styleText('bold', 'Demo riders and their passwords'),
    ...lines,
    '',
    styleText('bold', `To see who rides near ${first.username}, paste this:`),
    `  ${whoIsNear(first, api)}`,
    '',
  ];
}

function whoIsNear({ username, password, journey }: SampleRider, api: string): string {
  const token = `curl -s ${api}/v1/auth/token -d grant_type=password -d username=${username} -d password=${password}`;
  return `curl -s ${api}/v1/journeys/${journey.id}/nearby -H "Authorization: Bearer $(${token} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')"`;
}

const dim = (text: string): string => styleText('dim', text);
const row = (name: string, value: string, note = ''): string =>
  `  ${name.padEnd(8)}  ${value}${note === '' ? '' : `  ${dim(note)}`}`;
