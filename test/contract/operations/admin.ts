import { createRider, makeAdmin, riderPassword } from '../../support/factories.ts';
import { reportOf } from '../fixtures.ts';
import type { Entries } from './entry.ts';

export const admin = {
  listUsers: {
    audience: 'admin',
    because: 'an admin looks for accounts',
    trips: 1,
    example: async (rider) => {
      await makeAdmin(rider);
      return { status: 200, query: '?limit=1&role=admin&disabled=false' };
    },
  },
  updateUser: {
    audience: 'admin',
    because: 'an admin gives roles and disables',
    names: { id: 'user' },
    isVersioned: true,
    trips: 1,
    example: async (rider) => {
      await makeAdmin(rider);
      return { status: 200, params: { id: (await createRider()).id }, body: { role: 'guest', disabled: true } };
    },
    again: { more: ['audit'] },
  },
  unlockUser: {
    audience: 'admin',
    because: 'an admin ends a lockout',
    names: { id: 'user' },
    trips: 1,
    example: async (rider) => {
      await makeAdmin(rider);
      return { status: 204, params: { id: (await createRider()).id } };
    },
    again: { more: ['audit'] },
  },
  startPasswordReset: {
    audience: 'admin',
    because: 'an admin starts a reset; the mail goes to the rider',
    names: { id: 'user' },
    trips: 2,
    example: async (rider) => {
      await makeAdmin(rider);
      return { status: 202, params: { id: (await createRider()).id } };
    },
    again: { more: ['audit', 'outbox'] },
    sendsMail: true,
  },
  listAudit: {
    audience: 'admin',
    because: 'an admin looks into what happened',
    trips: 1,
    example: async (rider) => {
      await makeAdmin(rider);
      await rider.post('/v1/auth/reauthenticate', { password: riderPassword });
      return { status: 200, query: `?limit=1&subject_id=${rider.sessionId}&action=auth.reauthenticated` };
    },
    hashes: 'in its example',
  },
  listReports: {
    audience: 'admin',
    because: 'an admin reads what riders report',
    trips: 1,
    example: async (rider) => {
      for (let n = 0; n < 2; n += 1) await reportOf(rider);
      await makeAdmin(rider);
      return { status: 200, query: '?limit=1&state=open' };
    },
  },
  settleReport: {
    audience: 'admin',
    because: 'an admin settles what riders report',
    names: { id: 'report' },
    isVersioned: true,
    trips: 2,
    example: async (rider) => {
      const params = await reportOf(rider);
      await makeAdmin(rider);
      return { status: 200, params, body: { outcome: 'suspended', note: 'Third time this month.' } };
    },
  },
} satisfies Entries;
