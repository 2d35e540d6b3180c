import { isSentBy, type OtherRider, otherRiderFor, stateFor } from '../audience/connection.rules.ts';
import { encounterIdOf } from '../discovery/encounter-id.rules.ts';
import type { ConnectionRow } from './connection.table.ts';

const restDays = 90;
const dayMs = 24 * 60 * 60 * 1_000;

type NewRequest = Pick<
  ConnectionRow,
  'id' | 'requesterId' | 'addresseeId' | 'requesterJourneyId' | 'addresseeJourneyId' | 'message' | 'askedAt'
>;

/** `news`: what the other rider is notified of, if anything. Only `requested` counts towards the daily limit. */
export type Decision = { row: ConnectionRow; news: 'requested' | 'accepted' | undefined };

/**
 * Decides what becomes of a request. A rider who asks again within ninety days is answered with the existing request,
 * so that a declined request looks like one that was never answered. Asking a rider who has asked accepts their
 * request.
 */
export function decideRequest(existing: ConnectionRow | undefined, request: NewRequest): Decision {
  const fresh: ConnectionRow = {
    ...request,
    id: existing?.id ?? request.id,
    state: 'requested',
    isWithdrawn: false,
    requesterExact: false,
    addresseeExact: false,
    version: existing?.version ?? 1,
  };
  if (!existing) return { row: fresh, news: 'requested' };
  if (existing.state === 'accepted') return { row: existing, news: undefined };
  if (existing.requesterId !== request.requesterId)
    return existing.isWithdrawn
      ? { row: fresh, news: 'requested' }
      : { row: { ...existing, state: 'accepted' }, news: 'accepted' };
  const isResting = request.askedAt.getTime() - existing.askedAt.getTime() < restDays * dayMs;
  return isResting ? { row: { ...existing, isWithdrawn: false }, news: undefined } : { row: fresh, news: 'requested' };
}

/** A connection as one of the two riders may see it. */
export type Connection = {
  id: string;
  isSent: boolean;
  state: ConnectionRow['state'];
  message: string;
  encounterId: string | null;
  rider: { id: string | null; name: string; email: string | null } | null;
  exact: { granted: boolean; received: boolean };
  version: number;
  askedAt: Date;
};

export type Pair = { connection: ConnectionRow; other: OtherRider };

export function connectionFor(encounterKey: Uint8Array, { connection, other }: Pair, riderId: string): Connection {
  const isSent = isSentBy(connection, riderId);
  const state = stateFor(connection, riderId);
  const { requesterJourneyId, addresseeJourneyId, requesterExact, addresseeExact } = connection;
  const [granted, received] = isSent ? [requesterExact, addresseeExact] : [addresseeExact, requesterExact];
  const [mine, theirs] = isSent ? [requesterJourneyId, addresseeJourneyId] : [addresseeJourneyId, requesterJourneyId];
  const mayKnowEncounter = isSent || state === 'accepted';
  return {
    id: connection.id,
    isSent,
    state,
    message: connection.message,
    encounterId: mayKnowEncounter && mine && theirs ? encounterIdOf(encounterKey, mine, theirs) : null,
    rider: otherRiderFor(connection, other, riderId),
    exact: { granted: granted && mine !== null, received: received && theirs !== null },
    version: connection.version,
    askedAt: connection.askedAt,
  };
}
