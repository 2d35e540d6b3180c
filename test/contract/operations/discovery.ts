import { makeUnsubscribeToken } from '../../../src/lib/unsubscribe-token.ts';
import { config } from '../../support/app.ts';
import { createRider } from '../../support/factories.ts';
import { gather, plannedJourneyOf } from '../fixtures.ts';
import type { Entries } from './entry.ts';

const crowdsNameNobody = { audience: 'rider', because: 'a crowd names nobody', hidden: 'absent' } as const;

export const discovery = {
  listEncounters: {
    audience: 'owner',
    names: { id: 'journey' },
    row: 'I31',
    isWrite: true,
    hasLongDeadline: true,
    trips: 1,
    example: async (rider) => {
      await plannedJourneyOf(await createRider(), { visibility: 'public' });
      return { status: 200, params: await plannedJourneyOf(rider), query: '?radius_m=25000' };
    },
  },
  getItinerary: {
    audience: 'rider',
    because: 'a public journey shows where its plan leads',
    hidden: 'absent',
    names: { id: 'journey' },
    row: 'I31',
    hasLongDeadline: true,
    trips: 1,
    example: async (rider) => ({ status: 200, params: await plannedJourneyOf(rider) }),
    attack: { weight: 2, isOfLines: true },
  },
  getMyDisclosures: {
    audience: 'caller',
    trips: 1,
    example: async (rider) => {
      const viewer = await createRider();
      const { id } = await plannedJourneyOf(viewer);
      await plannedJourneyOf(rider);
      await viewer.get(`/v1/journeys/${id}/nearby`);
      return { status: 200 };
    },
  },
  listCrowds: {
    ...crowdsNameNobody,
    trips: 1,
    example: async () => {
      await gather();
      return { status: 200, query: '?bbox=-102,51,-98,52&zoom=7&from=2150-06-01&to=2150-06-30' };
    },
  },
  listCrowdsNear: {
    ...crowdsNameNobody,
    trips: 1,
    example: async () => {
      await gather();
      return { status: 200, query: '?lon=-101&lat=51.3&radius_m=25000&from=2150-06-01&to=2150-06-30' };
    },
  },
  endDigests: {
    audience: 'anyone',
    because: 'the mailed token is the credential',
    trips: 1,
    example: ({ id }) => ({
      status: 204,
      query: `?token=${makeUnsubscribeToken(config.keys.unsubscribe, id)}`,
    }),
  },
} satisfies Entries;
