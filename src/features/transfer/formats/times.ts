const maxTextLength = 64;
const extended =
  /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:T|\s+)(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d*))?)?\s*(?:Z|(?:UTC|GMT)?\s*([-+−]\d{1,2}(?::?\d\d)?)?)$/i;
const basic = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)/i;

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** The clocks of Unix, of GPS and of FIT files start on these days, and show them until they know the time. */
const clockStartsMs = ['1970-01-01', '1980-01-06', '1989-12-31'].map((day) => Date.parse(day));

const isClockStart = (ms: number): boolean => clockStartsMs.some((startMs) => ms >= startMs && ms < startMs + dayMs);

/** As almost every file writes it, and for which `Date.parse` is quick and exact: no month is shorter than 28 days. */
const usual =
  /^(?:19[7-9]|20\d)\d-(?:0[1-9]|1[0-2])-(?:[01][1-9]|10|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,3})?Z$/;

/** A time in a file. The offset is that which the file writes, and `NaN` for UTC. */
export type FileTime =
  | { ok: true; ms: number; offsetMinutes: number }
  | { ok: false; fault: 'time_unreadable' | 'time_impossible' };

const unreadable: FileTime = { ok: false, fault: 'time_unreadable' };
const impossible: FileTime = { ok: false, fault: 'time_impossible' };

/**
 * Reads an xsd:dateTime (XML Schema part 2, section 3.2.7) as whole milliseconds since 1970, and other spellings that
 * have only one meaning, such as a space in place of the T, no seconds, a comma before the fraction, and `+0200`.
 * Without a time zone it is UTC. 24:00:00 is the next midnight, and so is the leap second 23:59:60.
 */
export function parseTime(text: string, latestMs: number): FileTime {
  if (text.length > maxTextLength) return unreadable;
  const usualMs = usual.test(text) ? Date.parse(text) : Number.NaN;
  if (usualMs <= latestMs && !isClockStart(usualMs)) return { ok: true, ms: usualMs, offsetMinutes: Number.NaN };
  const match = extended.exec(text.trim().replace(basic, '$1-$2-$3T$4:$5:$6'));
  if (!match) return unreadable;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part = '0') => Number(part));
  const offset = parseOffset(match[8]);
  if (offset === undefined) return unreadable;
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month) || minute > 59 || second > 60) return impossible;
  if (hour > 24 || (hour === 24 && minute + second > 0)) return impossible;

  const minuteStartMs = Date.UTC(year, month - 1, day, hour, minute - offset);
  if (second === 60 && (minuteStartMs + minuteMs) % dayMs !== 0) return impossible;
  const ms = minuteStartMs + Math.round(Number(`${second}.${match[7] || '0'}`) * 1_000);
  if (year < 1970 || ms > latestMs || isClockStart(ms)) return impossible;
  return { ok: true, ms, offsetMinutes: offset === 0 ? Number.NaN : offset };
}

/** The offset in minutes east of Greenwich, at most 14 hours in either direction. */
function parseOffset(text: string | undefined): number | undefined {
  if (text === undefined) return 0;
  const digits = text.slice(1).replace(':', '');
  const hours = Number(digits.length > 2 ? digits.slice(0, -2) : digits);
  const minutes = digits.length > 2 ? Number(digits.slice(-2)) : 0;
  const total = hours * 60 + minutes;
  if (minutes > 59 || total > 14 * 60) return undefined;
  return text.startsWith('+') ? total : -total;
}

const daysOf = (year: number, month: number): number => (Date.UTC(year, month) - Date.UTC(year, month - 1)) / dayMs;

/**
 * The indexes of the values to leave out, as few as possible, so that the others never decrease. `NaN` is skipped. A
 * single wrong value is found so, whether it is too early or too late.
 */
export function indexesOutOfOrder(values: Float64Array): number[] {
  if (isOrdered(values)) return [];
  /** By the length of a run: where the run starts that leaves the most room before it. */
  const starts = new Int32Array(values.length);
  const next = new Int32Array(values.length).fill(-1);
  const startOf = (length: number): number => starts[length - 1] ?? -1;
  let longest = 0;
  for (let index = values.length - 1; index >= 0; index--) {
    const value = values[index] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    let [low, high] = [0, longest];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((values[startOf(middle)] ?? Number.NaN) >= value) low = middle;
      else high = middle - 1;
    }
    if (low > 0) next[index] = startOf(low);
    starts[low] = index;
    longest = Math.max(longest, low + 1);
  }

  const isKept = new Uint8Array(values.length);
  for (let index = startOf(longest); index >= 0; index = next[index] ?? -1) isKept[index] = 1;
  return [...values.keys()].filter((index) => isKept[index] === 0 && !Number.isNaN(values[index]));
}

function isOrdered(values: Float64Array): boolean {
  let latest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < latest) return false;
    if (value > latest) latest = value;
  }
  return true;
}
