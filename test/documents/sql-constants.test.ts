import { expect, test } from 'vitest';
import { audiences } from '../../src/features/audience/audience.rules.ts';
import { read } from '../architecture/files.ts';

const sql = (name: string): string => read(`migrations/functions/${name}.sql`);

/** The text of a constant of `src`. */
function constant(file: string, name: string): string {
  const [, value] = new RegExp(`\\bconst ${name}(?:: [\\w[\\]]+)? = ([^;]+);`).exec(read(`src/${file}`)) ?? [];
  if (value === undefined) throw new Error(`src/${file} has no ${name}`);
  return value.replace(' as const', '');
}

/** The numbers in a text, in their order. */
const numbersIn = (text: string): number[] =>
  [...text.matchAll(/(?<![\w.])\d[\d_]*(?:\.\d+)?/g)].map(([digits]) => Number(digits.replaceAll('_', '')));

const number = (file: string, name: string): number => numbersIn(constant(file, name))[0] ?? Number.NaN;

/** The distinct numbers that a pattern finds in a function. */
const found = (name: string, pattern: RegExp): number[] => [
  ...new Set([...sql(name).matchAll(pattern)].map(([, digits]) => Number(digits))),
];

const encounters = 'features/discovery/encounter.rules.ts';
const grid = 'lib/grid.ts';

test('stored reaches are those of the distance bands', () => {
  const [, list = ''] = /\breach_m IN \(([^)]+)\)/.exec(sql('remember_reaches')) ?? [];
  expect(numbersIn(list)).toEqual(numbersIn(constant(encounters, 'distanceBandsM')));
});

test('crowds are counted at the levels that the map shows', () => {
  const [, list = ''] = /unnest\('\{([\d,]+)\}'::smallint\[\]\) AS l \(level\)/.exec(sql('crowds_of')) ?? [];
  const levels = [...constant('features/discovery/crowd.rules.ts', 'levels').matchAll(/level: (\d+)/g)];
  expect(numbersIn(list)).toEqual(levels.map(([, level]) => Number(level)));
});

test('the database and the Worker know the same audiences', () => {
  const named = [...sql('audience_of').matchAll(/'(\w+)'/g)].map(([, name]) => name);
  const others = ['private', 'completed', 'public', 'accepted'];
  expect(new Set(named.filter((name = '') => !others.includes(name)))).toEqual(new Set(audiences));
});

test('the nightly run starts when the cron job does that publishes what is ridden', () => {
  const [, hour, minute] = /2000-01-01 (\d\d):(\d\d):00\+00/.exec(sql('last_night')) ?? [];
  const [, cron] = /'([^']+)': \[refreshRiddenPresenceJob\]/.exec(read('src/cron/schedule.ts')) ?? [];
  expect(cron).toBe(`${Number(minute)} ${Number(hour)} * * *`);
});

const daySeconds = 86_400;
const shift = 'features/presence/shift.rules.ts';
const maxSkew = number(shift, 'maxSkew');
const maxShiftS = numbersIn(constant(shift, 'maxShiftS')).reduce((product, factor) => product * factor);
const delay = 'features/journeys/journey.table.ts';

test.each([
  ['the largest shift of a new draw', 'draw_clock', /round\((\d+) \*/g, maxShiftS],
  ['the largest skew of a new draw', 'draw_clock', /([\d.]+) \* \(2 \* shares\[2\]/g, maxSkew],
  ['the largest shift that a plan survives', 'keep_plan', /<= (\d+) \* same\.slack/g, maxShiftS],
  ['the largest skew that a plan survives', 'keep_plan', /<= (\d+\.\d+) \* same\.slack/g, maxSkew],
  ['the largest shift that a camp survives', 'may_stay', /\* \((\d+) \+/g, maxShiftS],
  ['the largest skew that a camp survives', 'may_stay', /\+ ([\d.]+) \* abs/g, maxSkew],
  [
    'the length of a bucket of a first visit',
    'fix_clock',
    /[/*] (\d+)\b/g,
    number(encounters, 'bucketDays') * daySeconds,
  ],
  ['the length of a bucket', 'presence_bucket', /\/ (\d+)\)/g, number(encounters, 'bucketDays') * daySeconds],
  [
    'the hidden ends of a line',
    'shown_pieces',
    /trim_m CONSTANT[^=]*= (\d+);/g,
    number('features/tracks/line.rules.ts', 'endTrimM'),
  ],
  [
    'the metres of a degree around a zone',
    'shown_pieces',
    /metres_per_degree CONSTANT[^=]*= (\d+);/g,
    number('features/privacy/cover.rules.ts', 'metresPerDegree'),
  ],
  ['the least delay of a ride', 'journey_visits', /greatest\((\d+), delay_h\)/g, number(delay, 'defaultDelayH')],
  ['the width of a cell', 'grid_columns', /\/ (\d+) \+ 1e-6/g, number(grid, 'cellWidthM')],
  ['the width of a cell in the rows of a reach', 'presence_reach', /reach_m \/ (\d+)\)/g, number(grid, 'cellWidthM')],
  ["the earth's radius in a row", 'grid_columns', /pi\(\) \* ([\d.]+)/g, number(grid, 'earthRadiusM')],
  ["the earth's radius in a reach", 'presence_reach', /reach_m \/ ([\d.]+) \/ 2/g, number(grid, 'earthRadiusM')],
  ['the height of a row', 'grid_poleward_cosine', /\* ([\d.]+) - 90/g, number(grid, 'rowDegrees')],
  ['the height of a row in a reach', 'presence_reach', /radians\(([\d.]+)\)/g, number(grid, 'rowDegrees')],
])('the SQL constant for %s is the same in %s and in src', (_what, name, pattern, value) => {
  expect(found(name, pattern)).toEqual([value]);
});
