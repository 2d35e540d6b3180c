import { expect, test } from 'vitest';
import { read } from '../architecture/files.ts';

const limits = read('docs/limits.md');

/**
 * The number that a file of `src` assigns to a name or to the default of a variable. Products such as `20 * 1024`
 * count.
 */
function numberIn(file: string, name: string): number {
  const given = `\\b${name}\\s*[:=]\\s*(?:wholeNumber\\([^)]*\\)\\s*\\.default\\()?`;
  const [, product] = new RegExp(`${given}([\\d_]+(?: \\* [\\d_]+)*)`).exec(read(`src/${file}`)) ?? [];
  if (!product) throw new Error(`${file} has no ${name}`);
  return product.split(' * ').reduce((result, factor) => result * Number(factor.replaceAll('_', '')), 1);
}

const plain = (value: number): string => value.toLocaleString('en-US');
const kib = (bytes: number): string => `${bytes / 1024} KiB`;
const mib = (bytes: number): string => `${bytes / 1024 / 1024} MiB`;

const reading = 'features/transfer/formats/reading.ts';
const sessions = 'features/sessions/session.rules.ts';
const journey = 'features/tracks/line.rules.ts';
const lockout = 'features/auth/lockout.config.ts';
const usage = 'features/usage/usage.rules.ts';
const usagePerDay = 'features/usage/usage.config.ts';
const discovery = 'features/discovery/discovery.config.ts';
const publishing = 'features/presence/publishing.rules.ts';
const bundle = '../scripts/bundle.ts';

test.each([
  ['http/body.ts', 'maxJsonBytes', (value: number) => `| JSON body | ${kib(value)} |`],
  ['http/body.ts', 'maxFormBytes', (value: number) => `| form body | ${kib(value)} |`],
  ['features/transfer/import.routes.ts', 'maxFileBytes', (value: number) => `| file | ${mib(value)} |`],
  ['http/body.ts', 'maxUnreadBytes', (value: number) => `| body that is not read | ${mib(value)} |`],
  ['http/text.ts', 'maxJsonDepth', (value: number) => `| JSON nesting | ${value} levels |`],
  ['http/url.ts', 'maxUrlLength', (value: number) => `| address with query | ${plain(value)} characters |`],
  ['http/authenticate.ts', 'maxHeaderLength', (value: number) => `header | ${plain(value)} characters |`],
  ['http/idempotency.ts', 'maxCharacters', (value: number) => `| \`Idempotency-Key\` | ${value} visible`],
  ['features/idempotency/idempotency-key.rules.ts', 'retentionDays', (value: number) => `kept ${value} days |`],
  ['http/rate-limit.ts', 'login: { limit', (value: number) => `verifying an address | ${plain(value)} in 60 s |`],
  ['http/rate-limit.ts', 'mail: { limit', (value: number) => `another mail | ${plain(value)} in 60 s |`],
  ['http/rate-limit.ts', 'api: { limit', (value: number) => `all of \`/v1\` | ${plain(value)} in 60 s |`],
  ['db/cursor.ts', 'defaultLimit', (value: number) => `1 to 100, ${value} by default`],
  ['features/mail/mail-limits.rules.ts', 'hour', (value: number) => `${value} an hour`],
  ['features/mail/mail-limits.rules.ts', 'day', (value: number) => `${value} a day`],
  [
    'features/mail/mail.config.ts',
    'MAIL_BUDGET_PER_HOUR',
    (value: number) => `| mails in all | ${plain(value)} an hour`,
  ],
  ['features/mail/mail-limits.rules.ts', 'requestPercent', (value: number) => `no more than ${value} %`],
  ['features/mail/mail-limits.rules.ts', 'networkPercent', (value: number) => `of one network ${value} % of that`],
  ['features/mail/outbox.repository.ts', 'digestPercent', (value: number) => `within the first ${value} %`],
  ['features/discovery/digest.rules.ts', 'weekly', (value: number) => (value === 7 ? '| once a week;' : 'other')],
  ['features/discovery/digest.service.ts', 'journeysPerRider', (value: number) => `from ${value} journeys of a rider`],
  ['features/discovery/digest.service.ts', 'ridersPerRun', (value: number) => `looks around for | ${value}, those`],
  [
    'features/mail/templates.rules.ts',
    'maxEncountersPerJourney',
    (value: number) => `at most ${value} meetings of each`,
  ],
  ['features/mail/plain-text.rules.ts', 'maxCharacters', (value: number) => `in a mail | ${value} characters`],
  ['features/mail/mail.service.ts', 'maxRefusals', (value: number) => `ends after ${value} in a row`],
  [
    'features/mail/mail-event.service.ts',
    'bounceDays',
    (value: number) => `come back for good | gets no mails for ${value} days |`,
  ],
  [
    'features/mail/mail-event.service.ts',
    'complaintDays',
    (value: number) => `spam | gets no mails for ${value} days |`,
  ],
  ['lib/access-token.ts', 'accessTokenTtlSeconds', (value: number) => `| access token | ${value / 60} minutes |`],
  [sessions, 'idleDays', (value: number) => `${value} days without a refresh`],
  [sessions, 'absoluteDays', (value: number) => `${value} days in all`],
  [sessions, 'revokedDays', (value: number) => `sessions that were ended ${value} days later`],
  [
    'features/auth/lockout.rules.ts',
    'attemptRetentionDays',
    (value: number) => `passwords ${value} days after the last`,
  ],
  ['db/delete-batch.ts', 'maxRows', (value: number) => `deletes of a kind | ${plain(value)} |`],
  [sessions, 'maxSessions', (value: number) => `| sessions of a rider | ${value};`],
  ['features/access/access.rules.ts', 'recentLoginMinutes', (value: number) => `sensitive calls for ${value} minutes`],
  [lockout, 'LOCKOUT_ACCOUNT_FAILURES', (value: number) => `from the ${value}th on everybody waits`],
  [lockout, 'LOCKOUT_NETWORK_FAILURES', (value: number) => `from the ${value}th on it waits`],
  [lockout, 'LOCKOUT_FIRST_WAIT_S', (value: number) => `waits ${value} seconds`],
  [lockout, 'LOCKOUT_LONGEST_WAIT_S', (value: number) => `up to ${value / 60} minutes`],
  [lockout, 'LOCKOUT_MAX_FAILURES', (value: number) => `after ${value} in a row`],
  [
    'features/auth/password.rules.ts',
    'resetTtlMs',
    (value: number) => `| reset link | once, within ${value / 60_000} minutes`,
  ],
  [usagePerDay, 'CONNECTION_REQUESTS_PER_DAY', (value: number) => `requests to connect | ${value} a day`],
  [
    'features/reports/report.config.ts',
    'REPORTS_PER_DAY',
    (value: number) => `| reports of a rider | ${value} a day (\`REPORTS_PER_DAY\`)`,
  ],
  ['features/reports/report.service.ts', 'retentionDays', (value: number) => `kept for ${value} days after`],
  [
    'features/notifications/notification.config.ts',
    'NOTIFICATIONS_KEPT_DAYS',
    (value: number) => `| ${value} days (\`NOTIFICATIONS_KEPT_DAYS\`)`,
  ],
  [
    'features/notifications/notification.writes.ts',
    'maxNotifications',
    (value: number) => `the newest ${value} of a rider`,
  ],
  ['features/connections/connection.rules.ts', 'restDays', (value: number) => `made again after ${value} days`],
  [discovery, 'DISCLOSURES_PER_WEEK', (value: number) => `one rider, in 7 days | ${value} (\`DISCLOSURES_PER_WEEK\`)`],
  [discovery, 'VIEWS_PER_WEEK', (value: number) => `sees, in 7 days | ${value} (\`VIEWS_PER_WEEK\`)`],
  [discovery, 'VIEWS_PER_NETWORK_PER_WEEK', (value: number) => `younger than 30 days together: ${value} (`],
  ['features/users/former-username.service.ts', 'keptDays', (value: number) => `taken for ${value} days after`],
  ['features/journeys/former-id.service.ts', 'keptDays', (value: number) => `taken for others for ${value} days after`],
  ['features/blocks/block.guards.ts', 'maxBlocks', (value: number) => `| blocks of a rider | ${plain(value)} |`],
  ['features/api-keys/api-key.guards.ts', 'maxKeys', (value: number) => `| API keys of a rider | ${value};`],
  [
    'features/calendar/calendar.guards.ts',
    'maxFeeds',
    (value: number) => `| calendar feeds of a rider | ${value}; each`,
  ],
  [
    'features/calendar/calendar.repository.ts',
    'maxDays',
    (value: number) => `names the first ${plain(value)} days of each journey, of all these the ${plain(value)} that`,
  ],
  ['features/calendar/calendar.rules.ts', 'cancelledDays', (value: number) => `cancelled ones for ${value} days`],
  [sessions, 'maxReuse', (value: number) => `${value} times later on`],
  [sessions, 'uncountedReuseSeconds', (value: number) => `within ${value} seconds`],
  ['features/auth/registration.service.ts', 'tokenTtlMs', (value: number) => `within ${value / 3_600_000} hours`],
  ['features/auth/password.rules.ts', 'minLength', (value: number) => `| password | ${value} characters`],
  ['features/auth/password.rules.ts', 'maxBytes', (value: number) => `to ${plain(value)} bytes |`],
  ['features/markers/marker.guards.ts', 'maxMarkers', (value: number) => `| markers of a journey | ${plain(value)} |`],
  [journey, 'endTrimM', (value: number) => `all but ${plain(value)} m at either end`],
  [journey, 'points', (value: number) => `${plain(value)} points, `],
  [journey, 'distanceM', (value: number) => `${plain(value / 1_000)} km |`],
  ['platform.config.ts', 'DATABASE_WAIT_MS', (value: number) => `wait for the database | ${value / 1_000} s in all`],
  ['db/client.ts', 'longWaitMs', (value: number) => `encounters may take ${value / 1_000} s`],
  [reading, 'bytes', (value: number) => `| size | ${mib(value)} |`],
  [
    'features/transfer/formats/geojson.ts',
    'maxGeoJsonBytes',
    (value: number) => `| size of a GeoJSON file | ${mib(value)} |`,
  ],
  [reading, 'points', (value: number) => `| points | ${plain(value)} |`],
  [reading, 'lines', (value: number) => `| tracks and routes | ${plain(value)} |`],
  [usage, 'journeys', (value: number) => `| journeys | ${plain(value)} |`],
  [usage, 'visibleJourneys', (value: number) => `(\`discoverable\` or \`public\`) | ${plain(value)} |`],
  [usage, 'lines', (value: number) => `| lines of all journeys | ${plain(value)} |`],
  [usage, 'points', (value: number) => `| points of all lines | ${plain(value)} |`],
  [usage, 'markers', (value: number) => `| markers of all journeys | ${plain(value)} |`],
  [usage, 'imports', (value: number) => `| imports into existing journeys | ${plain(value)} |`],
  [usage, 'bytes', (value: number) => `names and notes of all markers | ${plain(value)} |`],
  [usagePerDay, 'JOURNEYS_PER_DAY', (value: number) => `| new journeys in a day | ${value} (`],
  [usagePerDay, 'IMPORTS_PER_DAY', (value: number) => `| imports in a day | ${value} (`],
  [
    'features/idempotency/idempotency-key.rules.ts',
    'maxKeys',
    (value: number) => `the newest ${plain(value)} of a rider |`,
  ],
  [publishing, 'inCommit', (value: number) => `or visibility | ${plain(value)} points of lines`],
  [publishing, 'inPiece', (value: number) => `pieces of publishing, of ${plain(value)} points`],
  [publishing, 'perRider', (value: number) => `| ${value} for one rider after a response`],
  [publishing, 'perRun', (value: number) => `${value} in an hourly run |`],
  [bundle, 'maxStartGzipBytes', (value: number) => `compiles at start | ${value / 1_000} kB gzip |`],
  [bundle, 'maxUploadBytes', (value: number) => `whole upload | ${plain(value / 1_000)} kB |`],
  [reading, 'segments', (value: number) => `| segments | ${plain(value)} |`],
  [reading, 'waypoints', (value: number) => `| waypoints | ${plain(value)} |`],
  [reading, 'textLength', (value: number) => `${plain(value)} characters |`],
])('docs/limits.md has the current value of %s, %s', (file, name, row) => {
  expect(limits).toContain(row(numberIn(file, name)));
});
