import { z } from '@hono/zod-openapi';
import { sql } from 'drizzle-orm';
import journal from '../../migrations/meta/_journal.json' with { type: 'json' };
import type { Ctx } from '../context.ts';
import { postgresError } from '../db/commit.ts';
import { describeError } from '../log.ts';
import { ignored } from './credentials.ts';
import { createRouter, defineRoute, json } from './router.ts';

const Alive = z.object({ status: z.literal('ok') }).openapi('Alive');
const CheckResult = z
  .enum(['ok', 'missing', 'unreachable'])
  .openapi({ description: '`unreachable`: the database did not answer, so this is unknown.' });
const Readiness = z
  .object({ status: z.enum(['ok', 'failing']), database: CheckResult, postgis: CheckResult, migrations: CheckResult })
  .openapi('Readiness');

const alive = defineRoute({
  method: 'get',
  path: '/health',
  operationId: 'getHealth',
  summary: 'Check that the Worker runs',
  description: 'Does not query the database, so that an idle database can sleep.',
  tags: ['Health'],
  credential: ignored,
  isUnlimited: true,
  responses: { 200: json(Alive, 'The Worker runs.') },
});

const ready = defineRoute({
  method: 'get',
  path: '/health/ready',
  operationId: 'getReadiness',
  summary: 'Check that requests can be served',
  description:
    'Queries the database, and checks that PostGIS is installed and that all migrations are applied. Monitors and deployments call this.',
  tags: ['Health'],
  credential: ignored,
  isUnlimited: true,
  responses: {
    200: json(Readiness, 'Requests can be served.'),
    503: json(Readiness, 'Requests cannot be served. The body says why.'),
  },
});

const tags = journal.entries.map(({ tag }) => tag);
const undefinedTable = '42P01';

async function checkDatabase({ db }: Ctx): Promise<z.infer<typeof Readiness>> {
  const [geography, applied] = await Promise.all([
    db.execute(sql`select from pg_type where typname = 'geography'`),
    db
      .execute(sql`select from kairos_migrations where tag = any(${sql.param(tags)}::text[])`)
      .catch(noRowsIfTableMissing),
  ]);
  const postgis = geography.rowCount === 1 ? 'ok' : 'missing';
  const migrations = applied.rowCount === tags.length ? 'ok' : 'missing';
  const status = postgis === 'ok' && migrations === 'ok' ? 'ok' : 'failing';
  return { status, database: 'ok', postgis, migrations };
}

function noRowsIfTableMissing(error: unknown): { rowCount: number } {
  if (postgresError(error)?.code === undefinedTable) return { rowCount: 0 };
  throw error;
}

const unreachable = {
  status: 'failing',
  database: 'unreachable',
  postgis: 'unreachable',
  migrations: 'unreachable',
} as const;

export const healthRoutes = createRouter()
  .openapi(alive, (c) => c.json({ status: 'ok' as const }, 200))
  .openapi(ready, async (c) => {
    const readiness = await checkDatabase(c.var.ctx).catch((error) => {
      c.var.log('error', 'health', describeError(error));
      return unreachable;
    });
    return c.json(readiness, readiness.status === 'ok' ? 200 : 503);
  });
