import type { Rider } from '../support/factories.ts';
import { byId, isJsonBody, type Operation, operations, pathParameters } from './document.ts';
import { admin } from './operations/admin.ts';
import { apiKeys } from './operations/api-keys.ts';
import { audit } from './operations/audit.ts';
import { auth } from './operations/auth.ts';
import { blocks } from './operations/blocks.ts';
import { calendar } from './operations/calendar.ts';
import { connections } from './operations/connections.ts';
import { consents } from './operations/consents.ts';
import { discovery } from './operations/discovery.ts';
import type { Entries, Entry, Example, Way } from './operations/entry.ts';
import { health } from './operations/health.ts';
import { journeys } from './operations/journeys.ts';
import { mail } from './operations/mail.ts';
import { markers } from './operations/markers.ts';
import { notifications } from './operations/notifications.ts';
import { oauth } from './operations/oauth.ts';
import { privacy } from './operations/privacy.ts';
import { publications } from './operations/publications.ts';
import { reports } from './operations/reports.ts';
import { seenAs } from './operations/seen-as.ts';
import { sessions } from './operations/sessions.ts';
import { tracks } from './operations/tracks.ts';
import { transfer } from './operations/transfer.ts';
import { usage } from './operations/usage.ts';
import { users } from './operations/users.ts';

const features: readonly Entries[] = [
  admin,
  apiKeys,
  audit,
  auth,
  blocks,
  calendar,
  consents,
  connections,
  discovery,
  health,
  journeys,
  mail,
  markers,
  notifications,
  oauth,
  privacy,
  reports,
  seenAs,
  publications,
  sessions,
  tracks,
  transfer,
  usage,
  users,
];

const entries = new Map<string, Entry>(features.flatMap((feature) => Object.entries(feature)));

const absent = (id: string): string =>
  `${id} has no entry: add one to the file of its feature in test/contract/operations; entry.ts says what an entry holds`;

export function entryOf(id: string): Entry {
  const entry = entries.get(id);
  if (!entry) throw new Error(absent(id));
  return entry;
}

const operationIdOf = (name: string): string => name.split(':', 1).join();

export const operationOf = (name: string): Operation => byId(operationIdOf(name));

/** Every way to call every operation, in the order of the document: `createToken`, `createToken: refresh`. */
export const exampleNames: readonly string[] = operations
  .filter(({ id }) => entries.has(id))
  .flatMap(({ id }) => [id, ...Object.keys(entryOf(id).ways ?? {}).map((way) => `${id}: ${way}`)]);

export function wayOf(name: string): Way {
  const [id = '', other] = name.split(': ');
  const entry = entryOf(id);
  const way = other === undefined ? entry : entry.ways?.[other];
  if (!way) throw new Error(`${id} has no way called ${other} in its entry in test/contract/operations`);
  return way;
}

/** The operation of an example, and the example with everything that it needs in place. */
export async function prepare(name: string, rider: Rider): Promise<{ operation: Operation; example: Example }> {
  return { operation: operationOf(name), example: await wayOf(name).example(rider) };
}

/** The names of the examples with such an operation or entry. */
export const examplesWhere = (isWanted: (operation: Operation, entry: Entry) => boolean): string[] =>
  exampleNames.filter((name) => isWanted(operationOf(name), entryOf(operationIdOf(name))));

/** The disagreements of the document and the register, as sentences that say what to do. */
export function gaps(): string[] {
  const ids = operations.map(({ id }) => id);
  const named = features.flatMap((feature) => Object.keys(feature));
  return [
    ...ids.filter((id) => !entries.has(id)).map(absent),
    ...named.filter((id) => !ids.includes(id)).map((id) => `${id} is not in the document: remove its entry`),
    ...named.filter((id, index) => named.indexOf(id) !== index).map((id) => `${id} has two entries: keep one`),
    ...operations.filter(({ id }) => entries.has(id)).flatMap((operation) => gapsOf(operation, entryOf(operation.id))),
  ];
}

function gapsOf(operation: Operation, { names = {}, row, attack }: Entry): string[] {
  const { id, method } = operation;
  const parameters = pathParameters(operation).filter(({ schema }) => schema.format === 'uuid');
  const inPath = parameters.map(({ name }) => name).join(', ');
  const isOfJourney = names.id === 'journey';
  const needsBody = isOfJourney && method !== 'GET' && isJsonBody(operation);
  return [
    ...(inPath === Object.keys(names).join(', ')
      ? []
      : [`${id} has the ids “${inPath}” in its path: \`names\` says whose things they are`]),
    ...(isOfJourney === (row !== undefined)
      ? []
      : [`${id}: every path that names a journey has a \`row\` of docs/security.md, and no other path has one`]),
    ...(needsBody === (attack?.body !== undefined)
      ? []
      : [`${id}: \`attack.body\` is what a stranger sends to a journey or marker, where JSON is taken`]),
  ];
}
