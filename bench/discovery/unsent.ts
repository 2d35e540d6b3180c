import { openForCall } from '../../src/db/client.ts';

/** A drizzle database that only builds statements. The bench sends them. */
export const { db: unsent } = openForCall({
  url: 'postgresql://nobody:none@localhost/none',
  endpoint: undefined,
  waitMs: 1_000,
});
