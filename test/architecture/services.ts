import { codeOf, type Source } from './source.ts';

/** The calls of a function, with their arguments up to the closing parenthesis. */
function callsOf(name: string, code: string): string[] {
  return [...code.matchAll(new RegExp(`\\b${name}\\(`, 'g'))].map(({ index }) => {
    let depth = 0;
    for (let at = index + name.length; at < code.length; at += 1) {
      if (code[at] === '(') depth += 1;
      if (code[at] === ')') depth -= 1;
      if (depth === 0) return code.slice(index, at + 1);
    }
    return code.slice(index);
  });
}

/** An exported value with its parameters and its result type. */
const exported = /^export (async )?(?:function|const) (\w+)([\s\S]*?)(?:=>|\{\n|;\n)/gm;

/** Types of parts of a commit. Guards, writes, predicates and repositories return them; services do not. */
const part = /\b(?:Guard|Statement|Unsent|SQL)\b/;

/** A verb takes the context and returns a result, not a part of a commit. */
function isVerb(isAsync: boolean, head: string): boolean {
  if (isAsync || /= async\b|: Promise</.test(head)) return true;
  const result = /\): ([\s\S]+?)(?:=|\{)?\s*$/.exec(head)?.[1];
  return /\((?:ctx|\{[^}]*\}): Ctx\b/.test(head) && result !== undefined && !part.test(result);
}

export const noVerbsIn = ({ path, text }: Source): string[] =>
  path.endsWith('.service.ts')
    ? [...text.matchAll(exported)]
        .filter(([, async, , head = '']) => !isVerb(async !== undefined, head))
        .map(
          ([, , name]) =>
            `${path} exports ${name}, which is no verb: a verb takes ctx first and names the type of its result; constants go to rules, conditions to guards, statements to writes`,
        )
    : [];

const isRead = (call: string): boolean => /^(?:select|find|list|count)[A-Z]/.test(call);

/** The names of the functions that make the writes of a commit. */
const writesIn = (call: string): string[] => {
  const [, lines, line = ''] = /\bwrites:\s*\{(?:([\s\S]*?)\n\s*\},|(.*)\})/.exec(call) ?? [];
  const block = lines ?? line;
  return [...block.matchAll(/(?:^|[\s:?,])(\w+)\((?=ctx|later|db)/g)].map(([, name = '']) => name);
};

/** Finds commits without a write, which should be a `query`. */
export const readingCommitsIn = ({ path, text }: Source): string[] =>
  callsOf('commit', codeOf(text))
    .map(writesIn)
    .filter((writes) => writes.length > 0 && writes.every(isRead))
    .map((writes) => `${path} uses commit for statements that only read: ${writes.join(', ')}; use query`);

/** Finds commits and queries whose results are taken by position instead of by name. */
export const holesIn = ({ path, text }: Source): string[] =>
  [...text.matchAll(/const \[[^\]=]*\]?[^=]*= await (commit|query|readTogether)\(/g)].map(
    ([, name]) =>
      `${path} takes the results of ${name} by position: take them by name, as in const { row: [row] } = await ${name}(…)`,
  );

/** The function that contains a call: the last one that starts before it. */
const verbAt = (text: string, index: number): string =>
  [...text.slice(0, index).matchAll(/^(?:export )?(?:async )?(?:function|const) (\w+)/gm)].at(-1)?.[1] ?? '';

/** Finds commits of services without an audit row, as `<path> <verb>`. */
export const unauditedIn = ({ path, text }: Source): string[] => {
  if (!/^features\/.*\.service\.ts$/.test(path)) return [];
  let from = 0;
  return callsOf('commit', text).flatMap((call) => {
    const index = text.indexOf(call, from);
    from = index + 1;
    return /\baudit\b|recordAudit/.test(call) ? [] : [`${path} ${verbAt(text, index)}`];
  });
};

/** The differences between what was found and what is exempt, as sentences that say what to do. */
export function exemptionFaults(
  found: readonly string[],
  exempt: Readonly<Record<string, string>>,
  { fault, list }: { fault: string; list: string },
): string[] {
  return [
    ...[...new Set(found)]
      .filter((name) => !(name in exempt))
      .map(
        (name) => `${name} ${fault}, or name it with the reason in \`${list}\` of test/architecture/commits.test.ts`,
      ),
    ...Object.keys(exempt)
      .filter((name) => !found.includes(name))
      .map((name) => `${name} needs no exemption: remove its line from \`${list}\``),
  ];
}

/** A rider is locked by `lockRider` or `lockRiderRows` alone. */
export const riderLocksIn = ({ path, text }: Source): string[] =>
  !path.startsWith('features/access/') && /from \$\{users\}[^`;]*\bfor (?:no key )?update\b/.test(text)
    ? [`${path} locks riders by itself: use lockRider or lockRiderRows of features/access`]
    : [];

const writeOf =
  /(?:insert\((?:journeys|markers|tracks)\)|update\((?:journeys|markers|tracks)\)|delete\(markers\)|(?:insert into|update|delete from) \$\{(?:journeys|markers|tracks)\})/;

/** Repository functions that write what presence is made from and are not marked as such, as `<path> <function>`. */
export const unmarkedWritesIn = ({ path, text }: Source): string[] =>
  path.endsWith('.repository.ts')
    ? text
        .split(/^(?=export )/m)
        .filter((part) => writeOf.test(part) && !part.includes('markPresenceChange('))
        .map((part) => `${path} ${/(?:function|const) (\w+)/.exec(part)?.[1]}`)
    : [];

/** Reads of a repository that are not made with `prepare`, as `<path> <function>`. Only a function with a `Db` sends them. */
export const unpreparedReadsIn = ({ path, text }: Source): string[] =>
  path.endsWith('.repository.ts')
    ? text
        .split(/^(?=(?:export |const |(?:async )?function ))/m)
        .filter((part) => /\bdb: Db\b/.test(part) && /\bdb\s*\.select/.test(part))
        .map((part) => `${path} ${/(?:function|const) (\w+)/.exec(part)?.[1]}`)
    : [];
