// npm run bench -- <name>: each bench prints a table.
export {};

const benches = ['trips', 'http', 'start', 'discovery', 'growth', 'upkeep', 'picture', 'zones', 'encounter'];
const [, , name = 'trips'] = process.argv;
if (!benches.includes(name)) throw new Error(`no such bench: ${name}; there are ${benches.join(', ')}`);
await import(`./${name}.ts`);
