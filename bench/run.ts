// npm run bench -- <name>: each bench prints a table or an SVG.
export {};

const benches = ['trips', 'http', 'start', 'discovery', 'growth', 'upkeep', 'picture', 'zones', 'encounter'];
const [, , name = 'trips'] = process.argv;
if (!benches.includes(name)) throw new Error(`unknown bench: ${name}; known benches: ${benches.join(', ')}`);
await import(`./${name}.ts`);
