import { isSentBy, type OtherRider, otherRiderFor, stateFor } from '../audience/connection.rules.ts';
import { encounterIdOf } from '../discovery/encounter-id.rules.ts';
import type { ConnectionRow } from './connection.table.ts';

const restDays = 90;
const dayMs = 24 * 60 * 60 * 1_000;

type NewRequest = Pick<
  ConnectionRow,
  | 'id'
  | 'requesterId'
  | 'addresseeId'
  | 'requesterJourneyId'
  | 'addresseeJourneyId'
  | 'requesterName'
  | 'message'
  | 'askedAt'
>;

/**
 * `isNew`: the request counts towards the daily limit. `news`: what the other rider is notified of, if anything.
 */
export type Decision = { row: ConnectionRow; isNew: boolean; news: 'requested' | 'accepted' | undefined };

const isOfEncounter = (row: ConnectionRow, request: NewRequest): boolean =>
  [row.requesterJourneyId, row.addresseeJourneyId].every(
    (id) => id !== null && [request.requesterJourneyId, request.addresseeJourneyId].includes(id),
  );

/**
 * Decides what becomes of a request, given all rows of the two riders. A rider who asks again within ninety days is
 * answered with the existing request, so that a declined request looks like one that was never answered. Asking a rider
 * who has asked by the same encounter accepts their request.
 *
 * Each encounter has a row of its own, whoever its rider is. The other rider is notified of the first open request
 * alone, and requests after a declined one are declined from the start.
 */
export function decideRequest(pair: readonly ConnectionRow[], request: NewRequest): Decision {
  const existing = pair.find((row) => isOfEncounter(row, request));
  if (existing?.state === 'accepted') return { row: existing, isNew: false, news: undefined };
  if (existing && existing.requesterId !== request.requesterId && !existing.isWithdrawn)
    return { row: { ...existing, state: 'accepted', isDismissed: false }, isNew: false, news: 'accepted' };

  const open = pair.filter(
    ({ requesterId, state, askedAt }) =>
      requesterId === request.requesterId &&
      state !== 'accepted' &&
      request.askedAt.getTime() - askedAt.getTime() < restDays * dayMs,
  );
  if (existing && open.includes(existing))
    return { row: { ...existing, isWithdrawn: false }, isNew: false, news: undefined };
  const row: ConnectionRow = {
    ...request,
    id: existing?.id ?? request.id,
    state: open.some(({ state }) => state === 'declined') ? 'declined' : 'requested',
    isWithdrawn: false,
    isDismissed: false,
    requesterExact: false,
    addresseeExact: false,
    version: existing?.version ?? 1,
  };
  return { row, isNew: true, news: open.length === 0 ? 'requested' : undefined };
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

/** `isOtherShown`: the rider sees what the connection shows of the other. Otherwise it shows only that it exists. */
export type Pair = { connection: ConnectionRow; other: OtherRider; isOtherShown: boolean };

export function connectionFor(
  encounterKey: Uint8Array,
  { connection, other, isOtherShown }: Pair,
  riderId: string,
): Connection {
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
    message: isSent || isOtherShown ? connection.message : '',
    encounterId: mayKnowEncounter && mine && theirs ? encounterIdOf(encounterKey, mine, theirs) : null,
    rider: isOtherShown ? otherRiderFor(connection, other, riderId) : null,
    exact: { granted: granted && mine !== null, received: received && theirs !== null && isOtherShown },
    version: connection.version,
    askedAt: connection.askedAt,
  };
}
