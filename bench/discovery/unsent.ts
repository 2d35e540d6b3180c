import { openForCall } from '../../src/db/client.ts';

/** Statements are only written with it, and sent by the bench. */
export const { db: unsent } = openForCall({
  url: 'postgresql://nobody:none@localhost/none',
  endpoint: undefined,
  waitMs: 1_000,
});
