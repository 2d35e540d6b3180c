import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { env } from '#kairos';
import { stop } from '../../proof/support/kairos.ts';
import { sql } from '../support/db.ts';
import { createJourney, createRider, gpxOf, importPlan } from '../support/factories.ts';

// A database of its own, since all its journeys are checked.
afterAll(stop);

const presence = promisify(execFile);
const run = async (verb: string) =>
  presence(process.execPath, ['local/presence.ts', verb], {
    env: {
      ...process.env,
      DATABASE_OWNER_URL: 'postgresql://postgres:local@localhost/kairos',
      DATABASE_ENDPOINT: env.DATABASE_ENDPOINT,
    },
  }).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    ({ code, stdout, stderr }) => ({ code, said: `${stdout}${stderr}` }),
  );

const rows = () => sql`select * from presence order by place, journey_no`;

test('npm run presence finds and repairs missing, superfluous and misplaced rows', async () => {
  const rider = await createRider();
  const schedule = { starts_on: '2027-06-01', daily_distance_m: 80_000 };
  const planned = await Promise.all(
    (['public', 'discoverable', 'discoverable', 'private'] as const).map(async (visibility) => {
      const { id } = await createJourney(rider, { visibility, ...schedule });
      await importPlan(
        rider,
        id,
        gpxOf([
          [10, 47],
          [13, 48],
          [16, 46],
        ]),
      );
      return id;
    }),
  );
  const right = await rows();
  expect(right.length).toBeGreaterThan(10);
  expect(await run('check')).toEqual({ code: 0, said: '4 journeys checked: 0 have outdated presence\n' });

  const numberOf = (id: string | undefined) => sql`select no from journeys where id = ${id}`.then(([row]) => row?.no);
  const [missing, elsewhere, kept, hidden] = await Promise.all(planned.map(numberOf));
  await sql`delete from presence where journey_no = ${missing} and place = (select min(place) from presence where journey_no = ${missing})`;
  await sql`update presence set visits = visits # 1 where journey_no = ${elsewhere}`;
  await sql`insert into presence values (1, ${hidden}, 1)`;
  expect(await run('check')).toEqual({ code: 1, said: '4 journeys checked: 3 have outdated presence\n' });
  await sql`insert into presence values (1, ${kept}, 1)`;
  expect((await run('check')).said).toContain(': 4 have');

  expect(await run('rebuild')).toEqual({
    code: 0,
    said: '4 journeys checked: 4 had outdated presence and are updated\n',
  });
  expect(await rows()).toEqual(right);
  expect((await run('check')).code).toBe(0);
});

test('npm run presence lists its commands when called with an unknown one', async () => {
  expect(await run('mend')).toMatchObject({ code: 1, said: expect.stringContaining('check') });
});
