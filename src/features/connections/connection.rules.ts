import type { ConnectionRow } from './connection.table.ts';

const restDays = 90;
const dayMs = 24 * 60 * 60 * 1_000;

type Asked = Pick<
  ConnectionRow,
  'id' | 'requesterId' | 'addresseeId' | 'requesterJourneyId' | 'addresseeJourneyId' | 'message' | 'askedAt'
>;

/** `told`: the other rider learns of it, and it counts as a request. */
export type Decision = { row: ConnectionRow; told: 'requested' | 'accepted' | undefined };

/**
 * What comes of asking, where a connection of the two may be there. Who asks again within ninety days is given what is
 * there, so that who was declined sees what who was never answered sees; who asks somebody that has asked accepts.
 */
export function decideRequest(there: ConnectionRow | undefined, asked: Asked): Decision {
  const fresh: ConnectionRow = {
    ...asked,
    id: there?.id ?? asked.id,
    state: 'requested',
    isWithdrawn: false,
    requesterExact: false,
    addresseeExact: false,
    version: there?.version ?? 1,
  };
  if (!there) return { row: fresh, told: 'requested' };
  if (there.state === 'accepted') return { row: there, told: undefined };
  if (there.requesterId !== asked.requesterId)
    return there.isWithdrawn
      ? { row: fresh, told: 'requested' }
      : { row: { ...there, state: 'accepted' }, told: 'accepted' };
  const isResting = asked.askedAt.getTime() - there.askedAt.getTime() < restDays * dayMs;
  return isResting ? { row: { ...there, isWithdrawn: false }, told: undefined } : { row: fresh, told: 'requested' };
}

export const isSentBy = ({ requesterId }: Pick<ConnectionRow, 'requesterId'>, riderId: string): boolean =>
  requesterId === riderId;

/** As one of the two sees it. */
export const stateFor = (row: Pick<ConnectionRow, 'requesterId' | 'state'>, riderId: string): ConnectionRow['state'] =>
  row.state === 'declined' && isSentBy(row, riderId) ? 'requested' : row.state;
