// Import this before anything that imports `#kairos`. The Worker then reaches its database and mail provider through
// `database-proxy.ts`; the engine's own queries do not go through the proxy.
process.env.KAIROS_FAULTS = '1';
