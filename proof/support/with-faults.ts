// Imported before anything that imports `#kairos`: the Worker then finds its database and its mail provider through
// `database-proxy.ts`, while the engine's own queries go past it.
process.env.KAIROS_FAULTS = '1';
