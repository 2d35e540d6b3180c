import { expect, test } from 'vitest';
import { v7 } from 'uuid';
import { createRider } from '../../support/factories.ts';
import { sql } from '../../support/db.ts';

test('by hand', { timeout: 590_000 }, async () => {
  const [rounds, parallel] = [200, 50];
  const t = performance.now();
  let answers200 = 0;
  let wrong = 0;
  for (let round = 0; round < rounds; round += 1) {
    const rider = await createRider();
    const ids = Array.from({ length: parallel }, () => v7());
    await sql`insert into journeys (id, owner_id, name, created_at, updated_at) select id, ${rider.id}, 'J', now(), now() from unnest(${ids}::uuid[]) id`;
    const answers = await Promise.all(ids.map((id) => rider.post(`/v1/journeys/${id}/activate`)));
    answers200 += answers.filter(({ status }) => status === 200).length;
    const rows = await sql`select id from journeys where owner_id = ${rider.id} and status = 'active'`;
    if (rows.length !== 1) wrong += 1;
  }
  console.log(`RACE ${rounds} rounds of ${parallel}: ${answers200} answers 200, ${wrong} rounds without exactly one active, ${Math.round((performance.now() - t) / 1000)} s`);
  expect(wrong).toBe(0);
});
