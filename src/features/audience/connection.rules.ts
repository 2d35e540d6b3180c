import type { ConnectionRow } from '../connections/connection.table.ts';

type Request = Pick<ConnectionRow, 'requesterId' | 'requesterName' | 'state'>;

export const isSentBy = ({ requesterId }: Pick<Request, 'requesterId'>, riderId: string): boolean =>
  requesterId === riderId;

/** The state as one of the two riders sees it: the requester never learns that a request was declined. */
export const stateFor = (request: Pick<Request, 'requesterId' | 'state'>, riderId: string): ConnectionRow['state'] =>
  request.state === 'declined' && isSentBy(request, riderId) ? 'requested' : request.state;

export type OtherRider = { id: string; name: string; email: string };

/**
 * The other rider as one of the two riders sees them. Before the connection is accepted, the addressee sees the
 * name that the requester had when they asked, and the requester sees nothing but the encounter.
 */
export function otherRiderFor(
  request: Request,
  other: OtherRider,
  riderId: string,
): { id: string | null; name: string; email: string | null } | null {
  if (stateFor(request, riderId) === 'accepted') return other;
  return isSentBy(request, riderId) ? null : { id: null, name: request.requesterName, email: null };
}
