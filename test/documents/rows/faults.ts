import type { Row } from './document.ts';
import type { Title } from './titles.ts';

/** The differences between the document and the test titles, as sentences. */
export function faultsBetween(rows: readonly Row[], titles: readonly Title[]): string[] {
  const known = new Set(rows.map(({ id }) => id));
  const unknown = titles.flatMap(({ file, ids, text }) =>
    ids.filter((id) => !known.has(id)).map((id) => `${file} names the unknown row ${id}: ${text}`),
  );
  return [...rows.flatMap((row) => faultsOf(row, filesNaming(row.id, titles))), ...unknown];
}

const filesNaming = (id: string, titles: readonly Title[]): Set<string> =>
  new Set(titles.filter(({ ids }) => ids.includes(id)).map(({ file }) => file));

function faultsOf({ id, files, why }: Row, naming: ReadonlySet<string>): string[] {
  if (why === undefined && files.length === 0) return [`${id} has neither a test nor a reason why it has no test`];
  if (why !== undefined && naming.size > 0) return [`${id} is "not yet: ${why}", but has a test in ${[...naming]}`];
  return files.filter((file) => !naming.has(file)).map((file) => `${id} links to ${file}, but no title there names it`);
}
