import type { UserRow } from '../users/user.table.ts';
import type { Days } from './encounter.rules.ts';

const dayMs = 24 * 60 * 60 * 1_000;

export type Frequency = Exclude<UserRow['ridersNear'], 'never'>;
const everyDays: Readonly<Record<Frequency, number>> = { weekly: 7 };

export const nextDigest = (frequency: Frequency, now: Date): Date =>
  new Date(now.getTime() + everyDays[frequency] * dayMs);

/**
 * A digest that failed, or whose address takes no mail now, is tried again after a day. A transient fault then costs the rider no week, and a lasting one little
 * work.
 */
export const nextAttempt = (now: Date): Date => new Date(now.getTime() + dayMs);

export type Pair = { journeyId: string; otherJourneyId: string };

type Meeting = { otherJourneyId: string; myDays: Days | undefined };
type Journey<M extends Meeting> = { id: string; name: string; encounters: readonly M[] };

/** The encounters that no digest has reported for that journey, and that are not over. */
export function newsOf<M extends Meeting>(
  journeys: readonly Journey<M>[],
  reported: readonly Pair[],
  today: string,
): Journey<M>[] {
  const known = new Set(reported.map(({ journeyId, otherJourneyId }) => `${journeyId} ${otherJourneyId}`));
  return journeys
    .map(({ encounters, ...journey }) => ({
      ...journey,
      encounters: encounters.filter(
        ({ otherJourneyId, myDays }) =>
          !known.has(`${journey.id} ${otherJourneyId}`) && (!myDays || myDays.to >= today),
      ),
    }))
    .filter(({ encounters }) => encounters.length > 0);
}

export const pairsOf = (journeys: readonly Journey<Meeting>[]): Pair[] =>
  journeys.flatMap(({ id, encounters }) => encounters.map(({ otherJourneyId }) => ({ journeyId: id, otherJourneyId })));
