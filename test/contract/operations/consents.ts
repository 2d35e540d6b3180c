import type { Rider } from '../../support/factories.ts';
import type { Entries } from './entry.ts';

const params = { purpose: 'heart_rate' };
const body = { statement_version: 1 };

const consentOf = (rider: Rider) => rider.put('/v1/me/consents/heart_rate', body);

export const consents = {
  listConsents: {
    audience: 'caller',
    trips: 1,
    example: async (rider) => {
      await consentOf(rider);
      return { status: 200 };
    },
  },
  giveConsent: {
    audience: 'caller',
    trips: 1,
    example: () => ({ status: 200, params, body }),
  },
  withdrawConsent: {
    audience: 'caller',
    trips: 1,
    example: async (rider) => {
      await consentOf(rider);
      return { status: 204, params };
    },
  },
} satisfies Entries;
