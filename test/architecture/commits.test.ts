import { describe, expect, test } from 'vitest';
import { readAll } from './files.ts';
import { floors, floorsBroken } from './floors.ts';
import {
  exemptionFaults,
  holesIn,
  noVerbsIn,
  readingCommitsIn,
  riderLocksIn,
  unauditedIn,
  unmarkedWritesIn,
} from './services.ts';

const sources = readAll('src', '**/*.{ts,tsx}');
const service = 'features/journeys/journey.service.ts';
const wrap = (text: string) => `export async function change(ctx: Ctx): Promise<void> {\n  ${text}\n}\n`;

describe('floors', () => {
  test('every feature folder has a floor, and every floor has a folder', () => {
    const folders = new Set(sources.flatMap(({ path }) => /^features\/([\w-]+)\//.exec(path)?.[1] ?? []));
    expect([...folders].sort()).toEqual([...floors].sort());
  });

  test('imports between features only go down', () => {
    expect(sources.flatMap(floorsBroken)).toEqual([]);
  });

  test.each([
    ['a value', "import { getMe } from '../users/user.service.ts';", 'features/privacy/privacy-zone.service.ts'],
    ['a type', "import type { Actor } from '../users/user.rules.ts';", 'features/privacy/cover.rules.ts'],
    ['a feature without a floor', '', 'features/weather/weather.service.ts'],
  ])('%s from a higher floor is found', (_, text, path) => {
    expect(floorsBroken({ path, text })).toHaveLength(1);
  });

  test('a table from a higher floor is allowed', () => {
    const text = "import { users } from '../users/user.table.ts';";
    expect(floorsBroken({ path: 'features/access/access.repository.ts', text })).toEqual([]);
  });
});

describe('services', () => {
  test('services export only verbs', () => {
    expect(sources.flatMap(noVerbsIn)).toEqual([]);
  });

  test.each([
    'export const zonesChosen = (ownerId: string): Guard => ({\n  condition,\n});\n',
    'export function markerInsert(ctx: Ctx, journeyId: string) {\n  return insert();\n}\n',
    'export const maxZones = 20;\n',
  ])('a service that exports something else is found: %j', (text) => {
    expect(noVerbsIn({ path: service, text })).toHaveLength(1);
  });

  test.each([
    'export async function getMe(ctx: Ctx): Promise<UserRow> {\n  return row;\n}\n',
    'export const forgetAll = (ctx: Ctx): Promise<number> =>\n  deleteAll(ctx);\n',
    'export type Page = { items: string[] };\n',
  ])('a service may have %j', (text) => {
    expect(noVerbsIn({ path: service, text })).toEqual([]);
  });
});

describe('commits', () => {
  test('every commit writes something', () => {
    expect(sources.flatMap(readingCommitsIn)).toEqual([]);
  });

  test('a commit that only reads is found', () => {
    const text = wrap('await commit(ctx, { guards: [], writes: { row: selectRow(ctx.db, id) } });');
    expect(readingCommitsIn({ path: service, text })).toHaveLength(1);
    const both = wrap('await commit(ctx, { writes: { insert: insertRow(ctx.db), row: selectRow(ctx.db, id) } });');
    expect(readingCommitsIn({ path: service, text: both })).toEqual([]);
  });

  test('every commit returns its results by name', () => {
    expect(sources.flatMap(holesIn)).toEqual([]);
  });

  test.each(['const [, [row]] = await commit(ctx, {', 'const [rows] = await query(ctx, {'])(
    'a commit whose results are taken by position is found: %s',
    (text) => {
      expect(holesIn({ path: service, text: wrap(text) })).toHaveLength(1);
    },
  );

  test('all commits lock riders in the same way', () => {
    expect(sources.flatMap(riderLocksIn)).toEqual([]);
    const text = `sql\`select true from \${users} where id = \${id} for no key update\``;
    expect(riderLocksIn({ path: 'features/journeys/journey.repository.ts', text })).toHaveLength(1);
  });
});

/** Repository functions that write journeys, markers or tracks and leave presence as it is, and why. */
const unmarked: Readonly<Record<string, string>> = {
  'features/journeys/journey.repository.ts insertJourney': 'a new journey has no line and no marker',
  'features/journeys/journey.repository.ts deactivateOthers': 'planned and active journeys have the same presence',
  'features/presence/publishing.repository.ts moveToEnd': 'changes only which journey is published next',
  'features/presence/presence.repository.ts moveToEndOfNight': 'changes only which journey the next night begins with',
};

test('every write of journeys, markers and lines is marked as one that changes presence, or is exempt for a reason', () => {
  const fault = 'writes what presence is made from: wrap it in markPresenceChange';
  expect(exemptionFaults(sources.flatMap(unmarkedWritesIn), unmarked, { fault, list: 'unmarked' })).toEqual([]);
  const text = 'export const renameMarker = (db: Db, id: string) => db.update(markers).set({ name });';
  const path = 'features/markers/marker.repository.ts';
  expect(unmarkedWritesIn({ path, text })).toEqual([`${path} renameMarker`]);
});

/** Verbs whose commits write no audit row, and why. */
const ownContent = 'the rider changes their own content, which has a version and a time of change';
const upkeep = 'a cron job that nobody asked for';
const unaudited: Readonly<Record<string, string>> = {
  'features/auth/password.service.ts provePassword':
    'counts the attempt before the password is checked; the outcome is audited',
  'features/auth/token.service.ts signIn': 'counts the attempt before the password is checked; the outcome is audited',
  'features/calendar/calendar.service.ts readFeed':
    'a read: it remembers which days it has named, and calendar programs read every few hours',
  'features/discovery/crowd.service.ts recountCrowds': upkeep,
  'features/discovery/digest.service.ts queueDigest': upkeep,
  'features/discovery/encounter.service.ts searchEncounters':
    'a search: whom it shows is kept in disclosures and viewings',
  'features/discovery/unsubscribe.service.ts unsubscribe': 'as little audited as the same wish at PATCH /v1/me',
  'features/journeys/journey.service.ts activateJourney': ownContent,
  'features/journeys/journey.service.ts changeJourney': ownContent,
  'features/journeys/journey.service.ts createJourney': ownContent,
  'features/journeys/journey.service.ts removeJourney': ownContent,
  'features/mail/mail.service.ts claimAndSend': 'sends what audited commits have queued',
  'features/markers/marker.service.ts changeMarker': ownContent,
  'features/markers/marker.service.ts createMarkers': ownContent,
  'features/markers/marker.service.ts removeMarker': ownContent,
  'features/notifications/notification.service.ts readNotifications': 'marks as read, which changes nothing else',
  'features/oauth/code.service.ts openCode': 'endSession brings its audit row along',
  'features/oauth/oauth.service.ts purgeSignIns': upkeep,
  'features/presence/presence.service.ts refreshJourney': upkeep,
  'features/sessions/session.service.ts signOutSession': 'endSession brings its audit row along',
  'features/sessions/session.service.ts warnOfReuse': 'mails about a reuse that the commit before has audited',
  'features/tracks/line.service.ts changeLine': ownContent,
  'features/tracks/line.service.ts removeLine': ownContent,
  'features/transfer/import.service.ts importFile': ownContent,
  'features/transfer/import.service.ts removeImport': ownContent,
  'features/transfer/import.service.ts replaceImport': ownContent,
  'features/users/user.service.ts changeMe': ownContent,
};

test('every commit of a service writes an audit row, or is exempt for a reason', () => {
  const fault = 'commits without an audit row: add recordAudit to its writes';
  expect(exemptionFaults(sources.flatMap(unauditedIn), unaudited, { fault, list: 'unaudited' })).toEqual([]);
  expect(
    unauditedIn({ path: service, text: wrap('await commit(ctx, { writes: { row: insertRow(ctx.db) } });') }),
  ).toEqual([`${service} change`]);
});

test('a missing exemption and one that is no longer needed are both found', () => {
  const names = { fault: 'commits without an audit row: add recordAudit to its writes', list: 'unaudited' };
  expect(exemptionFaults(['a b', 'c d', 'c d'], { 'a b': upkeep }, names)).toEqual([
    'c d commits without an audit row: add recordAudit to its writes, or name it with the reason in `unaudited` of test/architecture/commits.test.ts',
  ]);
  expect(exemptionFaults([], { 'a b': upkeep }, names)).toEqual([
    'a b needs no exemption: remove its line from `unaudited`',
  ]);
});
