import { riderPassword } from '../../support/factories.ts';
import type { Entries } from './entry.ts';

export const audit = {
  listMyAudit: {
    audience: 'caller',
    trips: 1,
    example: async ({ post }) => {
      await post('/v1/auth/reauthenticate', { password: riderPassword });
      await post('/v1/auth/reauthenticate', { password: riderPassword });
      return { status: 200, query: '?limit=1' };
    },
    hashes: 'in its example',
  },
} satisfies Entries;
