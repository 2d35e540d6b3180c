import type { Quota } from '../../errors.ts';
import { hmacSha256 } from '../../lib/keys.ts';
import { encounterIdOf } from './encounter-id.rules.ts';

const weekS = 7 * 24 * 60 * 60;

/** The days after which viewings and disclosures are deleted. */
export const retentionDays = 400;

type Limits = { maxShown: number; maxViewed: number; maxViewedOfNetwork: number };

/** How many riders may be new to each other since a time. */
export type Budgets = Limits & { since: Date };

export const budgetsAt = (now: Date, limits: Limits): Budgets => ({
  ...limits,
  since: new Date(now.getTime() - weekS * 1_000),
});

/** Stands for the network of a viewer in our tables. */
export const viewerNetworkHash = (key: Uint8Array, network: string): Uint8Array => hmacSha256(key, `viewer:${network}`);

/** How many new riders have been seen, and when the first of them. */
export type ViewCount = { used: number; oldest_at: string | null };

/** What is left of the budget of a viewer. The budget of their network is never shown: it tells of strangers there. */
export function viewsLeft({ used, oldest_at }: ViewCount, { maxViewed }: Limits, now: Date): Quota {
  const ageS = oldest_at === null ? 0 : (now.getTime() - new Date(oldest_at).getTime()) / 1_000;
  return {
    name: 'views',
    max: maxViewed,
    left: Math.max(0, maxViewed - used),
    periodSeconds: weekS,
    resetSeconds: Math.max(0, Math.ceil(weekS - ageS)),
  };
}

export type DisclosureRow = {
  journey_id: string;
  other_journey_id: string;
  rider_id: string;
  name: string;
  email: string;
  is_reachable: boolean;
};

/** An encounter that was shown to a rider, with the identity of the other rider, which the encounter hides. */
export type DisclosedEncounter = {
  journeyId: string;
  otherJourneyId: string;
  rider: { id: string; name: string; email: string };
  /** The other rider is visible, and has not blocked the viewer. */
  isReachable: boolean;
};

/** Finds the encounter with this id among those that were shown to a rider. */
export function findEncounter(
  key: Uint8Array,
  encounterId: string,
  rows: readonly DisclosureRow[],
): DisclosedEncounter | undefined {
  const row = rows.find((one) => encounterIdOf(key, one.journey_id, one.other_journey_id) === encounterId);
  return (
    row && {
      journeyId: row.journey_id,
      otherJourneyId: row.other_journey_id,
      rider: { id: row.rider_id, name: row.name, email: row.email },
      isReachable: row.is_reachable,
    }
  );
}
