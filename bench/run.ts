// npm run bench -- <name>: each bench prints a table, and fails where it misses what it has to reach.
export {};

const benches = ['trips', 'discovery'];
const [, , name = 'trips'] = process.argv;
if (!benches.includes(name)) throw new Error(`no such bench: ${name}; there are ${benches.join(', ')}`);
await import(`./${name}.ts`);
