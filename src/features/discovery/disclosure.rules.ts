import type { Quota } from '../../errors.ts';
import { hmacSha256 } from '../../lib/keys.ts';
import { encounterIdOf } from './encounter-id.rules.ts';

const weekS = 7 * 24 * 60 * 60;

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

/** What is left of the budgets of a viewer and of their network. */
export function viewsLeft(
  [own, ofNetwork]: readonly ViewCount[],
  { maxViewed, maxViewedOfNetwork }: Limits,
  now: Date,
): Quota[] {
  const left = (name: string, max: number, { used, oldest_at }: ViewCount = { used: 0, oldest_at: null }): Quota => {
    const ageS = oldest_at === null ? 0 : (now.getTime() - new Date(oldest_at).getTime()) / 1_000;
    return {
      name,
      max,
      left: Math.max(0, max - used),
      periodSeconds: weekS,
      resetSeconds: Math.max(0, Math.ceil(weekS - ageS)),
    };
  };
  return [left('views', maxViewed, own), left('network-views', maxViewedOfNetwork, ofNetwork)];
}

export type DisclosureRow = {
  journey_id: string;
  other_journey_id: string;
  rider_id: string;
  public_name: string | null;
  name: string;
  email: string;
  is_reachable: boolean;
};

/** An encounter that was shown to a rider, with the identity of the other rider, which the encounter hides. */
export type DisclosedEncounter = {
  journeyId: string;
  otherJourneyId: string;
  rider: { id: string; name: string; email: string };
  /** The other rider's name, where the encounter has shown it. */
  publicName: string | null;
  /** The other rider is visible, and neither of the two has blocked the other. */
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
      publicName: row.public_name,
      isReachable: row.is_reachable,
    }
  );
}
