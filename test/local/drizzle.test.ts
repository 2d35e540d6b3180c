import { neon, neonConfig } from '@neondatabase/serverless';
import { eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/neon-http';
import { bigint, customType, integer, jsonb, pgTable, timestamp } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Console, startConsole } from '../../local/console/server.ts';
import type { Database } from '../../local/database/database.ts';
import { createTestDatabase } from '../../local/database/test-database.ts';
import { backends } from './backends.ts';

const point = customType<{ data: string }>({ dataType: () => 'geography(Point, 4326)' });
const camps = pgTable('camps', {
  id: integer().primaryKey(),
  distance: bigint({ mode: 'bigint' }),
  at: timestamp({ withTimezone: true }),
  notes: jsonb(),
  place: point(),
});
const camp = {
  id: 1,
  distance: 9007199254740993n,
  at: new Date('2026-11-21T07:00:00.123Z'),
  notes: { dry: true },
  place: 'SRID=4326;POINT(7 46)',
};

describe.each(backends)('drizzle over $name', ({ url }) => {
  const db = drizzle({ client: neon('postgresql://postgres:any@localhost/kairos') });
  let database: Database;
  let console: Console;
  beforeAll(async () => {
    database = await createTestDatabase({ url });
    console = await startConsole({ port: 0, database });
    neonConfig.fetchEndpoint = `${console.url}/sql`;
    await database.run({
      query: 'create table camps (id int primary key, distance int8, at timestamptz, notes jsonb, place geography)',
    });
  });
  afterAll(async () => {
    await console?.close();
    await database?.close();
  });

  it('Drizzle reads within a batch what the batch has written', async () => {
    const longitude = sql<number>`st_x(${camps.place}::geometry)`;
    const [written, read] = await db.batch([
      db.insert(camps).values(camp).returning(),
      db.select({ longitude }).from(camps).where(eq(camps.id, camp.id)),
    ]);
    expect(written).toEqual([{ ...camp, place: '0101000020E61000000000000000001C400000000000004740' }]);
    expect(read).toEqual([{ longitude: 7 }]);
  });

  it('Drizzle reports the constraint that an insert violates', async () => {
    const again = db.insert(camps).values(camp).onConflictDoNothing();
    await expect(again).resolves.toMatchObject({ rowCount: 0 });
    await expect(db.insert(camps).values(camp)).rejects.toMatchObject({
      cause: { code: '23505', constraint: 'camps_pkey' },
    });
  });

  it('Drizzle rolls back a failed batch as a whole', async () => {
    const broken = db.batch([db.delete(camps), db.execute(sql`select 1/0`)]);
    await expect(broken).rejects.toMatchObject({ code: '22012' });
    expect(await db.$count(camps)).toBe(1);
  });
});
