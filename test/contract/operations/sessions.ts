import { riderPassword } from '../../support/factories.ts';
import { logIn } from '../fixtures.ts';
import type { Entries } from './entry.ts';

type Session = { id: string; is_current: boolean };

export const sessions = {
  listSessions: { audience: 'caller', trips: 1, example: () => ({ status: 200 }) },
  revokeOtherSessions: { audience: 'caller', trips: 1, example: () => ({ status: 204 }), again: { more: ['audit'] } },
  revokeSession: {
    audience: 'owner',
    names: { id: 'session' },
    trips: 1,
    example: async ({ email, get }) => {
      await logIn({ username: email, password: riderPassword });
      const { json } = await get('/v1/auth/sessions');
      return { status: 204, params: { id: json.items.find((session: Session) => !session.is_current).id } };
    },
    again: { settled: 404 },
    hashes: 'in its example',
  },
} satisfies Entries;
