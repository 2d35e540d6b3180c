import { z } from '@hono/zod-openapi';
import { sql } from 'drizzle-orm';
import { describeError } from '../log.ts';
import { createRouter, defineRoute, json } from './router.ts';

const tags = ['Health'];

const Alive = z.object({ status: z.literal('ok') }).openapi('Alive');
const Word = z.enum(['ok', 'missing', 'unreachable']);
const Readiness = z
  .object({ status: z.enum(['ok', 'failing']), database: Word, postgis: Word, migrations: Word })
  .openapi('Readiness');

const alive = defineRoute({
  method: 'get',
  path: '/health',
  operationId: 'getHealth',
  summary: 'Is the Worker alive? It never asks the database, so that an idle one may sleep',
  tags,
  security: [],
  responses: { 200: json(Alive, 'Alive.') },
});

const ready = defineRoute({
  method: 'get',
  path: '/health/ready',
  operationId: 'getReadiness',
  summary: 'Can requests be served? It asks the database',
  tags,
  security: [],
  responses: { 200: json(Readiness, 'Ready.'), 503: json(Readiness, 'Not ready; says what is wrong.') },
});

const present = (isThere: unknown) => (isThere ? 'ok' : 'missing') as z.infer<typeof Word>;

export const healthRoutes = createRouter()
  .openapi(alive, (c) => c.json({ status: 'ok' as const }, 200))
  .openapi(ready, async (c) => {
    try {
      const { rows } = await c.var.ctx.db.execute(sql`
        select to_regproc('st_distance') is not null or to_regtype('geography') is not null as postgis,
          to_regproc('presence_reach') is not null as migrations`);
      const [postgis, migrations] = [present(rows[0]?.postgis), present(rows[0]?.migrations)];
      const isReady = postgis === 'ok' && migrations === 'ok';
      return c.json({ status: isReady ? 'ok' : 'failing', database: 'ok', postgis, migrations }, isReady ? 200 : 503);
    } catch (error) {
      c.var.log('error', 'health', describeError(error));
      return c.json(
        { status: 'failing', database: 'unreachable', postgis: 'unreachable', migrations: 'unreachable' },
        503,
      );
    }
  });
