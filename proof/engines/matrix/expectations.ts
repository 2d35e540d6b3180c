import { isOpen, type Operation, operations, pathParameters } from '../../../test/contract/document.ts';
import { type Actor, mayOf, shutOut } from './actors.ts';
import type { Kind } from './victim.ts';

/** What each operation's path names. One that is not here fails the engine: whoever adds it says whose things it touches. */
export const touches: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  // Nothing of anybody's.
  getHealth: {},
  getReadiness: {},
  getJwks: {},
  getAuthorizationServer: {},
  listSignInProviders: {},
  // Open to anyone: the credential is in the body, the query or the signature.
  register: {},
  verifyEmail: {},
  resendVerification: {},
  createToken: {},
  logout: {},
  startSignIn: {},
  finishSignIn: {},
  exchangeCode: {},
  forgotPassword: {},
  resetPassword: {},
  receiveMailEvent: {},
  endDigests: {},
  // Of whoever calls: the path names nobody.
  listIdentities: {},
  linkIdentity: {},
  changePassword: {},
  provePassword: {},
  listSessions: {},
  revokeOtherSessions: {},
  listMyAudit: {},
  createBlock: {},
  createReport: {},
  listReports: {},
  listBlocks: {},
  createApiKey: {},
  createPrivacyZone: {},
  listPrivacyZones: {},
  listApiKeys: {},
  getMe: {},
  updateMe: {},
  deleteMe: {},
  hideMe: {},
  unhideMe: {},
  createJourney: {},
  listJourneys: {},
  createConnection: {},
  listConnections: {},
  listNotifications: {},
  readNotifications: {},
  getMyDisclosures: {},
  listCrowds: {},
  listCrowdsNear: {},
  listUsers: {},
  listAudit: {},
  // Of whoever the path says.
  unlinkIdentity: { id: 'identity' },
  revokeSession: { id: 'session' },
  updateApiKey: { id: 'api key' },
  deleteApiKey: { id: 'api key' },
  updatePrivacyZone: { id: 'privacy zone' },
  deletePrivacyZone: { id: 'privacy zone' },
  deleteBlock: { id: 'block' },
  acceptConnection: { id: 'connection' },
  declineConnection: { id: 'connection' },
  updateConnection: { id: 'connection' },
  deleteConnection: { id: 'connection' },
  settleReport: { id: 'report' },
  updateUser: { id: 'user' },
  unlockUser: { id: 'user' },
  startPasswordReset: { id: 'user' },
  getUser: { id: 'user' },
  listUserJourneys: { id: 'user' },
  getUserActiveJourney: { id: 'user' },
  getJourney: { id: 'journey' },
  updateJourney: { id: 'journey' },
  deleteJourney: { id: 'journey' },
  activateJourney: { id: 'journey' },
  deactivateJourney: { id: 'journey' },
  completeJourney: { id: 'journey' },
  createMarkers: { id: 'journey' },
  listMarkers: { id: 'journey' },
  getMarker: { id: 'journey', marker_id: 'marker' },
  updateMarker: { id: 'journey', marker_id: 'marker' },
  deleteMarker: { id: 'journey', marker_id: 'marker' },
  getItinerary: { id: 'journey' },
  getRoute: { id: 'journey' },
  getJourneyStats: { id: 'journey' },
  importRoute: { id: 'journey' },
  listEncounters: { id: 'journey' },
};

/** What may be done with somebody else's id, and why. `unequal`: a random id is answered otherwise, which is meant. */
const exceptions: Readonly<Record<string, { status: number; unequal: boolean; changes: boolean; why: string }>> = {
  getUser: { status: 200, unequal: true, changes: false, why: 'a profile of four fields is public among riders' },
  listUserJourneys: {
    status: 200,
    unequal: false,
    changes: false,
    why: 'a list of public journeys; empty for everybody else',
  },
  updateUser: { status: 200, unequal: true, changes: true, why: 'an admin gives roles and disables' },
  settleReport: { status: 200, unequal: true, changes: true, why: 'an admin settles what riders report' },
  unlockUser: { status: 204, unequal: true, changes: true, why: 'an admin ends a lockout' },
  startPasswordReset: {
    status: 202,
    unequal: true,
    changes: true,
    why: 'an admin starts a reset; the mail goes to the rider',
  },
};

/** What a call names, of the victim or of nobody. */
export type Ids =
  | 'none'
  | 'random'
  | 'theirs'
  | 'theirs in capitals'
  | 'malformed'
  | 'random in theirs'
  | "random in one's own"
  | "theirs in one's own";

/** `equalTo`: the ids whose answer this one must not be told from. */
export type Verdict = { status: number | 'as its example'; mayChange: boolean; equalTo?: Ids };

const scopeNeeded = ({ security = [] }: Operation): readonly string[] =>
  security.flatMap((way) => Object.values(way).flat());

/** Whether the call is refused whatever it names. */
export function refusalOf(operation: Operation, { name }: Pick<Actor, 'name'>): 401 | 403 | undefined {
  if (isOpen(operation)) return undefined;
  if (shutOut.includes(name)) return 401;
  return scopeNeeded(operation).every((scope) => mayOf[name]?.includes(scope)) ? undefined : 403;
}

/** What must come of a call, from what the document says of it and from the tables above. */
export function verdictOn(operation: Operation, actor: Actor, ids: Ids): Verdict {
  const refused = refusalOf(operation, actor);
  if (refused) return { status: refused, mayChange: false };
  if (ids === 'none') return { status: 'as its example', mayChange: false };
  if (ids === 'malformed') return { status: 422, mayChange: false };
  const equalTo = ids === "theirs in one's own" ? "random in one's own" : 'random';
  const exception = exceptions[operation.id];
  if (ids === "random in one's own") return { status: 404, mayChange: false };
  if (!exception) return { status: 404, mayChange: false, equalTo };
  const { status, changes, unequal } = exception;
  if (unequal && ids === 'random') return { status: 404, mayChange: false };
  return { status, mayChange: changes, ...(!unequal && { equalTo }) };
}

/** What the tables and the document do not agree on. */
export function gaps(): string[] {
  const unknown = operations
    .filter(({ id }) => !Object.hasOwn(touches, id))
    .map(({ id }) => `${id} is not in the table of what it touches`);
  const isKnown = (id: string) => operations.some((operation) => operation.id === id);
  const gone = Object.keys(touches).filter((id) => !isKnown(id));
  const halfNamed = operations.filter((operation) => {
    const ids = pathParameters(operation).filter(({ schema }) => schema.format === 'uuid');
    return ids.map(({ name }) => name).join() !== Object.keys(touches[operation.id] ?? {}).join();
  });
  return [
    ...unknown,
    ...gone.map((id) => `${id} is in the table, but not in the document`),
    ...halfNamed.map(({ id }) => `${id} names other things in its path than the table says`),
    ...Object.keys(exceptions)
      .filter((id) => !isKnown(id))
      .map((id) => `the exception ${id} is of no operation`),
  ];
}
