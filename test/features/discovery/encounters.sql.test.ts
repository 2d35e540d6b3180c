import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { openForCall } from '../../../src/db/client.ts';
import { discloseEncounters } from '../../../src/features/discovery/encounter.repository.ts';
import { updatePresence } from '../../../src/features/presence/presence.repository.ts';

const { db } = openForCall({ url: env.DATABASE_URL, endpoint: env.DATABASE_ENDPOINT, waitMs: 1_000 });
const [journeyId, ownerId, now] = [
  '0193a1b2-3c4d-7e5f-8a9b-000000000001',
  '0193a1b2-3c4d-7e5f-8a9b-000000000002',
  new Date(0),
];

/** The statements that discovery lives by, for a reviewer to read beside presence_pkey (place, journey_no). */
const budgets = { since: now, maxShown: 100, maxViewed: 200, maxViewedOfNetwork: 600 };

test('the search is one SQL statement', async () => {
  const search = {
    journeyId,
    ownerId,
    reachesM: [25_000, 50_000, 100_000],
    bucketsApart: 4,
    limit: 50,
    joinedBy: now,
    networkHash: undefined,
    now,
    budgets,
  };
  await expect(discloseEncounters(db, search).getQuery().sql).toMatchFileSnapshot('./encounters.snapshot.sql');
});

test('updating presence is one SQL statement', async () => {
  await expect(updatePresence(db, { journeyId }, now).getQuery().sql).toMatchFileSnapshot('./presence.snapshot.sql');
});
