const decimal = /^[ \t\r\n]*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?[ \t\r\n]*$/;
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/;
const timeZone = /[+-]\d\d:\d\d$/;

const minuteMs = 60_000;
const dayMs = 86_400_000;

/**
 * Reads an xsd:decimal (XML Schema part 2, section 3.2.3), also with an exponent, which some programs write. White
 * space around it is ignored. Undefined for anything else: hexadecimal, blank, NaN, infinity, a number that is too
 * large.
 */
export function parseDecimal(text: string): number | undefined {
  if (!decimal.test(text)) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) return undefined;
  return value === 0 ? 0 : value;
}

/**
 * Reads an xsd:dateTime (XML Schema part 2, section 3.2.7) of the years 1970 to 2200 as whole milliseconds since 1970.
 * Without a time zone it is UTC. 24:00:00 is the next midnight, and so is the leap second 23:59:60. Undefined for
 * anything else.
 */
export function parseDateTime(text: string): number | undefined {
  const trimmed = text.trim();
  if (!dateTime.test(trimmed)) return undefined;
  const [year, month, day] = [readNumber(trimmed, 0, 4), readNumber(trimmed, 5, 7), readNumber(trimmed, 8, 10)];
  const [hour, minute, seconds] = [
    readNumber(trimmed, 11, 13),
    readNumber(trimmed, 14, 16),
    Number.parseFloat(trimmed.slice(17)),
  ];
  const offsetMinutes = parseOffset(timeZone.exec(trimmed)?.[0]);
  if (year < 1970 || year > 2200) return undefined;
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month) || minute > 59 || seconds >= 61) return undefined;
  if (hour > 24 || (hour === 24 && minute + seconds > 0) || offsetMinutes === undefined) return undefined;

  const minuteStart = Date.UTC(year, month - 1, day, hour, minute - offsetMinutes);
  if (seconds >= 60 && (minuteStart + minuteMs) % dayMs !== 0) return undefined;
  return minuteStart + Math.round(seconds * 1_000);
}

/**
 * The text of an element without the indentation around it, which is white space with a line break. Spaces without a
 * line break are part of the text. White space alone gives an empty text.
 */
export function stripIndentation(text: string): string {
  const end = text.trimEnd().length;
  if (end === 0) return '';
  const start = text.length - text.trimStart().length;
  const isIndented = text.slice(0, start).includes('\n');
  const isClosedBelow = text.slice(end).includes('\n');
  return text.slice(isIndented ? start : 0, isClosedBelow ? end : text.length);
}

/** The offset in minutes east of Greenwich, at most 14 hours in either direction. */
function parseOffset(text: string | undefined): number | undefined {
  if (text === undefined) return 0;
  const [hours, minutes] = [readNumber(text, 1, 3), readNumber(text, 4, 6)];
  const total = hours * 60 + minutes;
  if (minutes > 59 || total > 14 * 60) return undefined;
  return text.startsWith('-') ? -total : total;
}

const readNumber = (text: string, start: number, end: number): number => Number(text.slice(start, end));

const daysOf = (year: number, month: number): number => (Date.UTC(year, month) - Date.UTC(year, month - 1)) / dayMs;
