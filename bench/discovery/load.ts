import { Client } from 'pg';
import { migrationsFolder, readMigrations } from '../../local/database/migrations.ts';
import { applyMigrations } from '../../local/database/migrator.ts';
import { openPostgres } from '../../local/database/postgres.ts';
import { selectDrifted } from '../../src/features/presence/presence.repository.ts';
import { columnsOf } from '../../src/lib/grid.ts';
import { unsent } from './unsent.ts';
import { dailyDistanceM, dayCount, type Ride, ridesOf, type WorldSize } from './world.ts';

const batchRows = 200_000;
const daySeconds = 86_400;
const bucketS = 3 * 24 * 60 * 60;

const idOf = (prefix: string, n: string): string =>
  `('${prefix}-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
const uuidOf = (prefix: string, n: number): string => `${prefix}-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
/** The same as the SQL function `next_journey_no`. */
const numberOf = (n: number): number => Number((BigInt(n + 1) * 1_640_531_527n) % 2_147_483_647n);
export const journeyIdOf = (n: number): string => uuidOf('01990000', n);
export const ownerIdOf = (n: number): string => uuidOf('01980000', n);

const nameOf = ({ journeyCount, years, seed }: WorldSize): string => `kairos_bench_${journeyCount}_${years}y_${seed}`;

/** The database of a world, on the server of a URL. */
export function worldUrl(url: string, size: WorldSize): string {
  const address = new URL(url);
  address.pathname = `/${nameOf(size)}`;
  return address.href;
}

/**
 * Connects to the database of a world, and creates it at the first time. It has every journey with its owner and
 * presence, the lines of the first `askerCount`, and all camps in the table of the predecessor.
 */
export async function openWorld(url: string, size: WorldSize, askerCount: number): Promise<Client> {
  const name = nameOf(size);
  const address = new URL(worldUrl(url, size));
  const server = new Client({ connectionString: url });
  await server.connect();
  const { rowCount } = await server.query('select from pg_database where datname = $1', [name]);
  if (rowCount === 0) {
    // An earlier start may have left an unfinished database.
    await server.query(`drop database if exists ${name}_half`);
    await server.query(`create database ${name}_half`);
    address.pathname = `/${name}_half`;
    await fill(address.href, size, askerCount);
    await server.query(`alter database ${name}_half rename to ${name}`);
    address.pathname = `/${name}`;
  }
  await server.end();
  // An older database needs the current functions of the search.
  await migrate(address.href);
  const client = new Client({ connectionString: address.href });
  await client.connect();
  // The same setting as the application's role.
  await client.query('set jit = off');
  return client;
}

/** Indexes for the two statements that search camps. With millions of journeys this takes longer than all the rest. */
export async function indexCamps(client: Client): Promise<void> {
  await client.query('create index if not exists camps_at_idx on camps using gist (at)');
  await client.query('create index if not exists camps_journey_idx on camps (journey)');
  await client.query('analyze camps');
}

async function migrate(url: string): Promise<void> {
  const database = await openPostgres(url);
  await applyMigrations(database, readMigrations(migrationsFolder)).finally(database.close);
}

async function fill(url: string, size: WorldSize, askerCount: number): Promise<void> {
  await migrate(url);
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`
    set synchronous_commit = off; set maintenance_work_mem = '512MB'; set statement_timeout = 0;
    create unlogged table camps (journey integer, day integer, at geography(Point));
    alter table presence drop constraint presence_pkey, drop constraint presence_journey_no_journeys_no_fk;
    drop index presence_journey_no_idx, presence_part_idx`);
  await client.query(
    `insert into users (id, email, name, is_adult, created_at, updated_at)
     select ${idOf('01980000', 'n')}, n || '@bench.kairos.test', 'Rider ' || n, true, '2025-01-01', '2025-01-01'
     from generate_series(0, $1 - 1) n`,
    [size.journeyCount],
  );

  let [n, rows, journeys, camps]: [number, Columns, Columns, Columns] = [
    0,
    emptyColumns(3),
    emptyColumns(4),
    emptyColumns(4),
  ];
  const flush = async () => {
    await insert(client, rows, 'insert into presence select a, b, c from', 'int,int,bigint');
    await insert(
      client,
      journeys,
      `insert into journeys (id, no, owner_id, name, visibility, starts_on, daily_distance_m, shift_s, skew, clock_from, created_at, updated_at)
       select ${idOf('01990000', 'a')}, (a + 1)::bigint * 1640531527 % 2147483647, ${idOf('01980000', 'a')}, 'Journey ' || a,
         case a % 4 when 0 then 'public' else 'discoverable' end, date '1970-01-01' + b, ${dailyDistanceM}, c, d, timestamptz '1970-01-01Z' + b * interval '24 hours', '2025-01-01', '2025-01-01' from`,
      'int,int,int,float8',
    );
    await insert(
      client,
      camps,
      'insert into camps select a, b, st_point(c, d)::geography from',
      'int,int,float8,float8',
    );
    [rows, journeys, camps] = [emptyColumns(3), emptyColumns(4), emptyColumns(4)];
  };
  const lines: [number, Ride][] = [];
  for (const ride of ridesOf(size)) {
    push(journeys, n, ride.startDay, ride.shiftS, ride.skew);
    for (const { place, visits } of presenceOf(ride)) push(rows, place, numberOf(n), visits);
    ride.camps.forEach(([longitude, latitude], day) => {
      push(camps, n, ride.startDay + day, longitude, latitude);
    });
    if (n < askerCount) lines.push([n, ride]);
    n += 1;
    if ((rows[0]?.length ?? 0) >= batchRows) await flush();
  }
  await flush();

  for (const [asker, { cells, entriesM, camps: points }] of lines) {
    await client.query(
      `insert into tracks (id, journey_id, import_id, kind, ordinal, line, has_elevation, point_count, distance_m, cells, cell_entries_m,
         shown_from_m, shown_to_m, shown_along_m, shown_from_at, published_m, bytes, created_at)
       values ($1, $1, $1, 'plan', 0, st_geomfromtext($2, 4326), false, $3, $4::float8, $5, $6,
         '{0}', array[$4::float8], '{0}', array[null::timestamptz], $4::float8, 0, '2025-01-01')`,
      [
        journeyIdOf(asker),
        `MULTILINESTRING ZM ((${points.map((point) => `${point.join(' ')} 0 0`).join(',')}))`,
        points.length,
        points.length * dailyDistanceM,
        cells,
        entriesM,
      ],
    );
  }

  // The same as in migrations/0000_baseline.sql and 0010_give_every_rider_the_same_chance.sql.
  await client.query(
    'alter table presence add constraint presence_pkey primary key (place, journey_no) include (visits)',
  );
  await client.query('create index presence_journey_no_idx on presence (journey_no)');
  await client.query(
    'create index presence_part_idx on presence ((place >> 15), (journey_no >> 26), place) include (journey_no, visits)',
  );
  await client.query('vacuum analyze');
  await checkAskers(client, lines);
  await client.end();
}

/** Throws if the presence of the askers differs from the presence that Kairos makes of their lines. */
async function checkAskers(client: Client, lines: readonly [number, Ride][]): Promise<void> {
  const ids = lines.map(([n]) => journeyIdOf(n));
  const { sql, params } = selectDrifted(unsent, ids, new Date()).getQuery();
  const { rowCount } = await client.query(sql, params);
  if (rowCount !== 0) throw new Error(`${rowCount} askers have wrong presence`);
}

type Row = { place: number; visits: bigint };

/**
 * Columns of each row of the grid, and blocks of its group of four rows: `grid_rows` in migrations/0000_baseline.sql.
 */
const columns = Array.from({ length: 800 }, (_, row) => columnsOf(row));
const blocks = columns.map((_, row) => Math.ceil(Math.max(...columns.slice(row & ~3, (row & ~3) + 4)) / 8));

/** The same presence that `refreshPresence` makes of a plan. `checkAskers` compares the two. */
function presenceOf({ cells, entriesM, startDay, shiftS, skew }: Ride): Iterable<Row> {
  const rows = new Map<number, Row>();
  for (const [index, cell] of cells.entries()) {
    const [fromM, toM] = [entriesM[index] ?? 0, entriesM[index + 1] ?? dayCount * dailyDistanceM];
    const [row, slot] = [cell >> 11, cell & 2047];
    const [rowColumns, rowBlocks] = [columns[row] ?? 1, blocks[row] ?? 1];
    const block = Math.floor((slot * rowBlocks) / rowColumns);
    const bit = (row & 3) * 8 + slot - Math.ceil((block * rowColumns) / rowBlocks);
    const bucketAt = (alongM: number) =>
      Math.floor((startDay * daySeconds + shiftS + (1 + skew) * (alongM / dailyDistanceM) * daySeconds) / bucketS);
    for (let bucket = bucketAt(fromM); bucket <= bucketAt(toM); bucket += 1) {
      const place = ((row >> 2) << 23) | (block << 15) | ((bucket >> 1) + 1);
      const visits = (rows.get(place)?.visits ?? 0n) | (1n << BigInt((bucket & 1) * 32 + bit));
      rows.set(place, { place, visits: BigInt.asIntN(64, visits) });
    }
  }
  return rows.values();
}

type Columns = (number | bigint)[][];
const emptyColumns = (count: number): Columns => Array.from({ length: count }, () => []);
function push(into: Columns, ...row: (number | bigint)[]): void {
  for (const [column, value] of row.entries()) into[column]?.push(value);
}

async function insert(client: Client, values: Columns, into: string, types: string): Promise<void> {
  const arrays = types.split(',').map((type, index) => `$${index + 1}::${type}[]`);
  const names = ['a', 'b', 'c', 'd'].slice(0, values.length);
  await client.query(
    `${into} unnest(${arrays.join(',')}) u (${names.join(',')})`,
    values.map((column) => `{${column.join(',')}}`),
  );
}
