import { journeyFields, journeyOf, riderUnderWay } from '../fixtures.ts';
import type { Entries } from './entry.ts';

const mine = () => ({ name: 'Mine' });

export const journeys = {
  createJourney: {
    audience: 'caller',
    trips: [1, 1, 2],
    example: () => ({ status: 201, body: { id: crypto.randomUUID(), ...journeyFields } }),
  },
  listJourneys: {
    audience: 'caller',
    trips: 1,
    example: async (rider) => {
      await journeyOf(rider);
      await journeyOf(rider);
      return { status: 200, query: '?limit=1&status=planned' };
    },
  },
  getJourney: {
    audience: 'rider',
    because: 'a public journey shows its name and what it is',
    hidden: 'absent',
    names: { id: 'journey' },
    row: 'I1',
    isVersioned: true,
    trips: 1,
    example: async (rider) => ({ status: 200, params: await journeyOf(rider) }),
    attack: { weight: 2 },
  },
  updateJourney: {
    audience: 'owner',
    names: { id: 'journey' },
    row: 'I2',
    isVersioned: true,
    trips: 1,
    example: async (rider) => ({ status: 200, params: await journeyOf(rider), body: journeyFields }),
    attack: { body: mine },
  },
  deleteJourney: {
    audience: 'owner',
    names: { id: 'journey' },
    row: 'I3',
    isVersioned: true,
    trips: 1,
    example: async (rider) => ({ status: 204, params: await journeyOf(rider) }),
    again: { settled: 404 },
  },
  activateJourney: {
    audience: 'owner',
    names: { id: 'journey' },
    row: 'I4',
    isVersioned: true,
    trips: 1,
    example: async (rider) => ({ status: 200, params: await journeyOf(rider) }),
  },
  deactivateJourney: {
    audience: 'owner',
    names: { id: 'journey' },
    row: 'I4',
    isVersioned: true,
    trips: 1,
    example: async (rider) => ({ status: 200, params: await journeyOf(rider) }),
  },
  completeJourney: {
    audience: 'owner',
    names: { id: 'journey' },
    row: 'I4',
    isVersioned: true,
    trips: 1,
    example: async (rider) => ({ status: 200, params: await journeyOf(rider) }),
  },

  listUserJourneys: {
    audience: 'rider',
    because: 'a list of public journeys; empty for everybody else',
    hidden: 'empty',
    names: { id: 'user' },
    trips: 1,
    example: async () => ({ status: 200, params: await riderUnderWay() }),
    attack: { weight: 2, queries: ['', '?limit=1', '?limit=1', '?limit=2'] },
  },
  getUserActiveJourney: {
    audience: 'rider',
    because: 'the journey that is under way, where it is public',
    hidden: 'absent',
    names: { id: 'user' },
    trips: 1,
    example: async () => ({ status: 200, params: await riderUnderWay() }),
  },
} satisfies Entries;
