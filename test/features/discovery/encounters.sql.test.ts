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

const budgets = { since: now, maxShown: 100, maxViewed: 200, maxViewedOfNetwork: 600 };

// The snapshots show a reviewer the SQL, and whether it can use the index presence_pkey (place, journey_no).
test('the SQL of the search equals its snapshot', async () => {
  const search = {
    journeyId,
    ownerId,
    reachesM: [25_000, 50_000, 100_000],
    bucketsApart: 4,
    limit: 50,
    orderSeed: 1n,
    joinedBy: now,
    networkHash: undefined,
    now,
    budgets,
  };
  await expect(discloseEncounters(db, search).getQuery().sql).toMatchFileSnapshot('./encounters.snapshot.sql');
});

test('the SQL that updates presence equals its snapshot', async () => {
  await expect(
    updatePresence(db, { journeyId, at: now.toISOString(), keepsFormer: true }).getQuery().sql,
  ).toMatchFileSnapshot('./presence.snapshot.sql');
});
