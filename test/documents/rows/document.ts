/** A row of docs/security.md, with its linked test files or the reason why it has no test. */
export type Row = { id: string; promise: string; files: string[]; why?: string };

const row = /^\| ([A-Z]\d+) \| (.+) \| (.+) \|$/gm;
const link = /\]\(\.\.\/((?:test\/[\w/.-]+\.test|proof\/[\w/-]+)\.ts)\)/g;

export const rowsOf = (document: string): Row[] =>
  [...document.matchAll(row)].map(([, id = '', promise = '', proof = '']) => {
    const why = /^not yet: (.+)$/.exec(proof)?.[1];
    const files = [...proof.matchAll(link)].map(([, file = '']) => file);
    return { id, promise, files, ...(why !== undefined && { why }) };
  });
