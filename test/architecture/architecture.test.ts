import { describe, expect, test } from 'vitest';
import { read, readAll } from './files.ts';
import type { Source } from './source.ts';
import { bansBroken, lineCount, violationsIn } from './violations.ts';

const sources = readAll('src', '**/*.{ts,tsx}');

describe('layers', () => {
  test('every file of src has a valid place, imports only what its place allows and breaks no ban', () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(sources.flatMap(violationsIn)).toEqual([]);
  });

  const service = 'features/journeys/journey.service.ts';
  const routes = 'features/journeys/journey.routes.ts';
  const repository = 'features/journeys/journey.repository.ts';
  const rules = 'features/journeys/journey.rules.ts';

  test.each([
    [routes, "import { findOwned } from './journey.repository.ts';", 'imports own/journey.repository.ts'],
    [routes, "import { journeys } from './journey.table.ts';", 'imports own/journey.table.ts'],
    [routes, "import { eq } from 'drizzle-orm';", 'imports npm:drizzle-orm'],
    [routes, "import { commit } from '../../db/commit.ts';", 'imports db/commit.ts'],
    [routes, "import { getMe } from '../users/user.service.ts';", 'imports features/users/user.service.ts'],
    [service, "import { sql } from 'drizzle-orm';", 'imports npm:drizzle-orm'],
    [service, "import type { SQL } from 'drizzle-orm';", 'imports a type of npm:drizzle-orm'],
    [service, "import { html } from 'hono/html';", 'imports npm:hono/html'],
    [service, "import { toJourney } from './journey.schemas.ts';", 'imports own/journey.schemas.ts'],
    [service, "import { findUser } from '../users/user.repository.ts';", 'imports features/users/user.repository.ts'],
    [service, "import {\n  a,\n  type B,\n} from '../users/user.routes.ts';", 'imports features/users/user.routes.ts'],
    [repository, "import type { Ctx } from '../../context.ts';", 'imports a type of context.ts'],
    [repository, "import { getMe } from '../users/user.service.ts';", 'imports features/users/user.service.ts'],
    [
      repository,
      "export { findUser } from '../users/user.repository.ts';",
      'imports features/users/user.repository.ts',
    ],
    [rules, "import { openForCall } from '../../db/client.ts';", 'imports db/client.ts'],
    [rules, "const db = await import('../../db/client.ts');", 'imports db/client.ts'],
    ['features/journeys/journey.schemas.ts', "import { getJourney } from './journey.service.ts';", 'imports own/'],
    ['features/journeys/journey.table.ts', "import { roundDegrees } from '../../lib/geodesy.ts';", 'imports lib/'],
    ['features/mail/mail.config.ts', "import { deriveKey } from '../../lib/keys.ts';", 'imports lib/keys.ts'],
    ['config.ts', "import { retentionDays } from './features/reports/report.service.ts';", 'imports features/reports/'],
    ['lib/days.ts', "import { AppError } from '../errors.ts';", 'imports errors.ts'],
    ['lib/days.ts', "import type { Ctx } from '../context.ts';", 'imports a type of context.ts'],
    ['db/client.ts', "import { configFrom } from '../config.ts';", 'imports config.ts'],
    ['http/headers.ts', "import { getMe } from '../features/users/user.service.ts';", 'imports features/users/'],
    ['http/health.ts', "import { startConsole } from '../../local/console/server.ts';", 'imports ../local/'],
    ['pages/home.tsx', "import '../../test/support/app.ts';", 'imports ../test/support/app.ts'],
    ['features/transfer/formats/gpx.ts', "import { commit } from '../../../db/commit.ts';", 'imports db/commit.ts'],
    ['features/journeys/journey.utils.ts', '', 'has no place'],
    ['features/journeys/helpers/days.ts', '', 'has no place'],
    ['utils/days.ts', '', 'has no place'],
  ])('a violation is found in %s with %j: %s', (path, text, violation) => {
    expect(violationsIn({ path, text }).join('\n')).toContain(`${path} ${violation}`);
  });

  test.each([
    [service, 'const at = new Date();', 'reads the clock'],
    [service, 'const at = Date.now();', 'reads the clock'],
    [repository, `const query = sql\`where at > \${new Date().toISOString()}\`; // it's late`, 'reads the clock'],
    [service, 'const id = crypto.randomUUID();', 'makes an id'],
    [rules, 'const share = Math.random();', 'rolls dice'],
    [rules, 'const row: any = read();', 'says any'],
    [rules, 'const row = read() as any;', 'says any'],
    [rules, 'const rows: Promise<any> = read();', 'says any'],
    [rules, 'const id = row!.id;', 'asserts non-null'],
    [rules, 'return rows[0]!;', 'asserts non-null'],
    [repository, 'sql`select * from journeys where starts_on > now()`', 'asks Postgres for the time'],
    [repository, 'sql`select CURRENT_DATE`', 'asks Postgres for the time'],
    ['features/a/a.table.ts', "instant('created_at').defaultNow()", 'asks Postgres for the time'],
    ['migrations/0009_x.sql', 'UPDATE users SET updated_at = now();', 'asks Postgres for the time'],
    [rules, '// @ts-expect-error: later', 'suppresses a check'],
    [rules, '// biome-ignore lint/x: because', 'suppresses a check'],
    [routes, "c.req.header('Authorization')", 'reads the Authorization header'],
  ])('a banned expression is found in %s with %j: it %s', (path, text, violation) => {
    expect(violationsIn({ path, text }).join('\n')).toContain(`${path} ${violation}: `);
  });

  test.each([
    [service, "import { type Ctx, requireScope } from '../../context.ts';\nconst day = new Date(ctx.now());"],
    [service, "import type { TrackRow } from '../tracks/track.table.ts';\nif (a !== b && !c) return;"],
    [service, "import { type TrackRow, type NewTrack } from '../tracks/track.table.ts';"],
    [rules, "/** Any time: `new Date()` is for the caller. */\nconst told = 'Math.random, now()';"],
    [repository, `import { users } from '../users/user.table.ts';\nsql\`where at > \${now.toISOString()}\``],
    ['features/markers/marker.table.ts', "import type { Position } from '../../lib/geodesy.ts';"],
    ['worker.ts', 'const world = { now: () => new Date() };'],
  ])('no violation is found in %s with %j', (path, text) => {
    expect(violationsIn({ path, text })).toEqual([]);
  });

  test('a file of 301 lines is too long', () => {
    expect(violationsIn({ path: rules, text: 'x\n'.repeat(300) })).toEqual([]);
    expect(violationsIn({ path: rules, text: 'x\n'.repeat(301) })).toEqual([
      `${rules} is longer than 300 lines: split it by topic`,
    ]);
  });

  test('migrations and functions never ask Postgres for the time', () => {
    const migrations = readAll('migrations', '**/*.sql');
    expect(migrations.length).toBeGreaterThan(30);
    const sentencesOf = ({ path, text }: Source) =>
      bansBroken({ path: `migrations/${path}`, text }).map((sentence) => `migrations/${path} ${sentence}`);
    expect(migrations.flatMap(sentencesOf)).toEqual([]);
  });
});

test('each SQL function and view has a file of its own name and at most 120 lines that starts with its purpose', () => {
  const definitions = readAll('migrations', '{functions,views}/*.sql');
  expect(definitions.length).toBeGreaterThan(30);
  for (const { path, text } of definitions) {
    expect(lineCount(text), path).toBeLessThanOrEqual(120);
    expect(text, path).toMatch(/^-- [A-Z]/);
    const name = path.replace(/^\w+\/|\.sql$/g, '');
    // The callers in src that a head names exist and call it.
    const head = text.split('\nCREATE ')[0]?.replaceAll(/\n?-- ?/g, ' ') ?? '';
    for (const [caller] of head.matchAll(/src\/(?:features|db)\/[\w./-]+\.ts/g))
      expect(read(caller), `${path} names ${caller}`).toContain(name);
    expect(text, path).toMatch(new RegExp(`^CREATE OR REPLACE (?:FUNCTION ${name}\\(|VIEW ${name} AS$)`, 'm'));
  }
});

test('half of the source files are under 80 lines, and nine of ten under 200', () => {
  const lengths = sources.map(({ text }) => lineCount(text)).sort((a, b) => a - b);
  expect(lengths[Math.floor(lengths.length * 0.5)]).toBeLessThan(80);
  expect(lengths[Math.floor(lengths.length * 0.9)]).toBeLessThan(200);
});
