import { layers } from './layers.ts';
import { codeOf, importsOf, type Source } from './source.ts';

export const maxLines = 300;

/** `instead` says what to do. */
type Ban = { what: string; instead: string; pattern: RegExp; except?: RegExp; only?: RegExp };

/** Banned expressions in code, outside comments and plain strings. `except` and `only` select files. */
const bans: readonly Ban[] = [
  {
    what: 'reads the clock',
    instead: 'take ctx.now(), or the time as an argument',
    pattern: /\bnew Date\(\s*\)|\bDate\.now\b|\bperformance\.now\b/,
    except: /^worker\.ts$/,
  },
  { what: 'makes an id', instead: 'take ctx.newId()', pattern: /\brandomUUID\b/, except: /^worker\.ts$/ },
  { what: 'rolls dice', instead: 'take randomToken() of lib/random-token.ts', pattern: /\bMath\.random\b/ },
  {
    what: 'says any',
    instead: 'name the type, or say unknown and narrow it',
    pattern: /(?:[:<|&]\s*|\bas\s+)any\b|\bany\[\]/,
  },
  { what: 'asserts non-null', instead: 'say what happens without it', pattern: /[\w)\]]!(?=[.,;:)\]}[])/ },
  {
    what: 'asks Postgres for the time',
    instead: 'pass the time as a parameter',
    pattern:
      /(?<![.\w])now\(\s*\)|\bdefaultNow\b|\bcurrent_(?:timestamp|date|time)\b|\b(?:clock|statement|transaction)_timestamp\b/i,
    only: /\.(?:repository|table)\.ts$|^db\/|^http\/health\.ts$|\.sql$/,
  },
];

/** Banned texts, also in comments and strings. */
const textBans: readonly Ban[] = [
  {
    what: 'suppresses a check',
    instead: 'mend what the check has found',
    pattern: /@ts-(?:ignore|expect-error|nocheck)|biome-ignore|eslint-disable/,
  },
  {
    what: 'reads the Authorization header',
    instead: 'declare the `credential` of the route',
    pattern: /header\(\s*['"]authorization/i,
    except: /^http\/(?:authenticate|token-cookies)\.ts$/,
  },
  {
    what: 'writes rate-limit headers',
    instead: 'throw the quota as data, and http/ writes them',
    pattern: /['"`](?:RateLimit|Retry-After)/,
    only: /^features\//,
  },
  {
    what: 'names a Guard',
    instead: 'answer the condition as SQL here, and make the Guard of it in a guards file',
    pattern: /\bGuard\b/,
    only: /\.(?:repository|predicates|writes|table)\.ts$/,
  },
];

const breaks = (ban: Ban, path: string, text: string): boolean =>
  !ban.except?.test(path) && (ban.only?.test(path) ?? true) && ban.pattern.test(text);

const sentenceOf = ({ what, instead }: Ban): string => `${what}: ${instead}`;

export const bansBroken = ({ path, text }: Source): string[] => [
  ...bans.filter((ban) => breaks(ban, path, codeOf(text))).map(sentenceOf),
  ...textBans.filter((ban) => breaks(ban, path, text)).map(sentenceOf),
];

function importsForbidden(source: Source): string[] {
  const layer = layers.find(({ files }) => files.test(source.path));
  if (!layer)
    return [
      'has no place: name it <topic>.<role>.ts, with a role of src/features/README.md, in the folder of its feature',
    ];
  const { may, mayAsType = [] } = layer;
  return importsOf(source)
    .filter(({ target, isTypeOnly }) => ![...may, ...(isTypeOnly ? mayAsType : [])].some((one) => one.test(target)))
    .map(
      ({ target, isTypeOnly }) =>
        `imports ${isTypeOnly ? 'a type of ' : ''}${target}, which its place does not allow: see the roles in src/features/README.md, and test/architecture/layers.ts`,
    );
}

export const lineCount = (text: string): number => text.trimEnd().split('\n').length;

/** The violations of one file of `src`, as sentences. */
export function violationsIn(source: Source): string[] {
  const isLong = lineCount(source.text) > maxLines;
  return [
    ...importsForbidden(source),
    ...bansBroken(source),
    ...(isLong ? [`is longer than ${maxLines} lines: split it by topic`] : []),
  ].map((what) => `${source.path} ${what}`);
}
