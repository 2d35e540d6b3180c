import { canariesIn } from '../../test/support/canary.ts';
import type { Finding } from './finding.ts';
import { database, inbox, logs } from './kairos.ts';

/** Searches the logs, tables and mails of this run for every secret that went over the wire. */
export async function findLeaks(): Promise<Finding[]> {
  const tables = await ownTables();
  const contents = await Promise.all(
    tables.map(async (table) => ({ place: `table ${table}`, text: await textOf(table) })),
  );
  const places = [
    {
      place: 'log',
      text: logs()
        .map(({ message }) => message)
        .join('\n'),
    },
    ...contents,
    ...mailsWithoutOwnTokens(),
  ];
  return places.flatMap(({ place, text }) =>
    canariesIn(text).map((secret) => ({ kind: 'leak', detail: `${place} holds ${secret.slice(0, 12)}…` })),
  );
}

/** A mail may hold the token of its own link, as long as no other mail holds the same token. */
function mailsWithoutOwnTokens(): { place: string; text: string }[] {
  const tokenOf = ({ text }: { text: string | null }) => /#token=([\w-]+)/.exec(text ?? '')?.[1];
  const all = inbox.messages().map(({ subject, text, html }) => ({ subject, text, html }));
  const carriers = new Map<string, number>();
  for (const mail of all) {
    const token = tokenOf(mail);
    if (token) carriers.set(token, (carriers.get(token) ?? 0) + 1);
  }
  return all.map((mail) => {
    const token = tokenOf(mail);
    const text = [mail.subject, mail.text, mail.html].join('\n');
    const isItsOwn = token !== undefined && carriers.get(token) === 1;
    return { place: 'mail', text: isItsOwn ? text.replaceAll(token, '') : text };
  });
}

async function ownTables(): Promise<string[]> {
  const { rows } = await database.run({
    query: `select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'
      and table_name <> 'spatial_ref_sys'`,
  });
  return rows.flatMap(([name]) => name ?? []);
}

const blocksAtOnce = 200;

/** Reads in parts, since a response of the database has a maximum size. */
async function textOf(table: string): Promise<string> {
  const { rows: size } = await database.run({
    query: 'select pg_relation_size($1::regclass) / 8192',
    params: [`"${table}"`],
  });
  const parts: string[] = [];
  for (let block = 0; block < Number(size[0]?.[0]); block += blocksAtOnce) {
    const { rows } = await database.run({
      query: `select t::text from "${table}" t where ctid >= $1::tid and ctid < $2::tid`,
      params: [`(${block},0)`, `(${block + blocksAtOnce},0)`],
    });
    parts.push(rows.join('\n'));
  }
  return parts.join('\n');
}
