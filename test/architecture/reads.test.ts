import { expect, test } from 'vitest';
import { readAll } from './files.ts';
import { unpreparedReadsIn } from './services.ts';

/** Reads whose SQL drizzle still makes in each call. A new read is prepared instead, so this list only becomes shorter. */
const unprepared: readonly string[] = [
  'features/account/deletion.repository.ts findAddress',
  'features/api-keys/api-key.repository.ts findLiveKey',
  'features/api-keys/api-key.repository.ts listKeys',
  'features/audit/audit.repository.ts selectEntries',
  'features/audit/audit.repository.ts listEntries',
  'features/auth/password.repository.ts findResetUser',
  'features/auth/password.repository.ts selectCredentials',
  'features/auth/registration.repository.ts selectNewestRegistration',
  'features/auth/token.repository.ts selectLogin',
  'features/blocks/block.repository.ts selectBlock',
  'features/blocks/block.repository.ts listBlocks',
  'features/connections/connection.repository.ts selectRecords',
  'features/connections/connection.repository.ts selectConnectionsOf',
  'features/connections/connection.repository.ts selectOwnName',
  'features/discovery/digest.repository.ts listDueRiders',
  'features/discovery/digest.repository.ts listSearchableJourneys',
  'features/discovery/disclosure.repository.ts listDaysShown',
  'features/idempotency/idempotency-key.repository.ts findKey',
  'features/journeys/journey.repository.ts findActive',
  'features/mail/outbox.repository.ts claimMails',
  'features/mail/outbox.repository.ts countDueMails',
  'features/notifications/notification.repository.ts selectNotifications',
  'features/notifications/notification.repository.ts selectUnreadCount',
  'features/notifications/notification.repository.ts markRead',
  'features/oauth/identity.repository.ts listIdentities',
  'features/presence/presence.repository.ts listJourneyIds',
  'features/privacy/privacy-zone.repository.ts listZones',
  'features/privacy/privacy-zone.repository.ts selectZone',
  'features/reports/report.repository.ts selectReports',
  'features/reports/report.repository.ts selectReport',
  'features/sessions/session.repository.ts listLive',
  'features/sessions/session.repository.ts revokeOldest',
  'features/users/user-admin.repository.ts selectAccounts',
  'features/users/user-admin.repository.ts selectAccount',
  'features/users/user.repository.ts findPublicProfile',
];

test('every read is prepared, or stands in the list of reads whose SQL is made in each call', () => {
  const found = readAll('src', '**/*.{ts,tsx}').flatMap(unpreparedReadsIn);
  const advice = 'write it with prepare of src/db/prepared.ts. A name that is not found any more leaves the list';
  expect(found, advice).toEqual(unprepared);
});

test('a read that is built in each call is found, and a prepared one is not', () => {
  const path = 'features/journeys/journey.repository.ts';
  const built = 'export const findOne = (db: Db, id: string) =>\n  db\n    .select().from(journeys);\n';
  const prepared =
    'export const selectOne = prepare((db, { id }: Given<{ id: string }>) =>\n  db.select().from(journeys));\n';
  expect(unpreparedReadsIn({ path, text: built + prepared })).toEqual([`${path} findOne`]);
});
