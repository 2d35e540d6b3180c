import { layers } from './layers.ts';
import { codeOf, importsOf, type Source } from './source.ts';

export const longestFile = 300;

type Ban = { what: string; pattern: RegExp; except?: RegExp; only?: RegExp };

/** What no file does, save where it says so. Looked for in the code, outside comments and plain strings. */
const bans: readonly Ban[] = [
  { what: 'reads the clock', pattern: /\bnew Date\(\s*\)|\bDate\.now\b|\bperformance\.now\b/, except: /^worker\.ts$/ },
  { what: 'makes an id', pattern: /\brandomUUID\b/, except: /^worker\.ts$/ },
  { what: 'rolls dice', pattern: /\bMath\.random\b/ },
  { what: 'says any', pattern: /(?:[:<|&]\s*|\bas\s+)any\b|\bany\[\]/ },
  { what: 'asserts non-null', pattern: /[\w)\]]!(?=[.,;:)\]}[])/ },
  {
    what: 'asks Postgres for the time',
    pattern:
      /(?<![.\w])now\(\s*\)|\bdefaultNow\b|\bcurrent_(?:timestamp|date|time)\b|\b(?:clock|statement|transaction)_timestamp\b/i,
    only: /\.(?:repository|table)\.ts$|^db\/|^http\/health\.ts$|\.sql$/,
  },
];

/** Looked for in the whole text. */
const textBans: readonly Ban[] = [
  { what: 'suppresses a check', pattern: /@ts-(?:ignore|expect-error|nocheck)|biome-ignore|eslint-disable/ },
  {
    what: 'reads the Authorization header',
    pattern: /header\(\s*['"]authorization/i,
    except: /^http\/(?:authenticate|token-cookies)\.ts$/,
  },
  {
    what: 'writes rate-limit headers, which http/ does for every quota that is thrown as data',
    pattern: /['"`](?:RateLimit|Retry-After)/,
    only: /^features\//,
  },
  {
    what: 'names a Guard, which is for guards files and services',
    pattern: /\bGuard\b/,
    only: /\.(?:repository|predicates|writes|table)\.ts$/,
  },
];

const breaks = (ban: Ban, path: string, text: string): boolean =>
  !ban.except?.test(path) && (ban.only?.test(path) ?? true) && ban.pattern.test(text);

export const bansBroken = ({ path, text }: Source): string[] => [
  ...bans.filter((ban) => breaks(ban, path, codeOf(text))).map(({ what }) => what),
  ...textBans.filter((ban) => breaks(ban, path, text)).map(({ what }) => what),
];

function importsForbidden(source: Source): string[] {
  const layer = layers.find(({ files }) => files.test(source.path));
  if (!layer) return ['has no place: neither a known folder nor a known role'];
  const { may, mayAsType = [] } = layer;
  return importsOf(source)
    .filter(({ target, isTypeOnly }) => ![...may, ...(isTypeOnly ? mayAsType : [])].some((one) => one.test(target)))
    .map(({ target, isTypeOnly }) => `imports ${isTypeOnly ? 'a type of ' : ''}${target}`);
}

export const lineCount = (text: string): number => text.trimEnd().split('\n').length;

/** What is wrong with one file of `src`, as sentences about it. */
export function violationsIn(source: Source): string[] {
  const isLong = lineCount(source.text) > longestFile;
  return [
    ...importsForbidden(source),
    ...bansBroken(source),
    ...(isLong ? [`is longer than ${longestFile} lines`] : []),
  ].map((what) => `${source.path} ${what}`);
}
