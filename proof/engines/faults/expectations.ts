/** What sending a call again means, where its first answer was lost. Everything else may be sent again and again. */
type Again = {
  /** What says that it has been done already. */
  settled?: number;
  /** Tables in which asking again leaves a row again, as it should. */
  more?: readonly string[];
  /** What it begins with is used up, whatever comes of it: one begins anew, and learns so. */
  isBegunAnew?: true;
};

export const again: Readonly<Record<string, Again>> = {
  register: { more: ['audit', 'outbox', 'registrations'] },
  verifyEmail: { settled: 400 },
  resendVerification: { more: ['audit'] },
  // The session whose tokens never came is one of fifty, seen in the list, and idle.
  createToken: { more: ['audit', 'sessions'] },
  'createToken: cookies': { more: ['audit', 'sessions'] },
  // Resend sends an event until it is taken.
  receiveMailEvent: { more: ['audit'] },
  startSignIn: { more: ['oauth_states'] },
  // The state is good once. The browser is sent back to the app with an error.
  finishSignIn: { settled: 400, isBegunAnew: true },
  // RFC 6749 section 4.1.2: a code that comes a second time ends what it began. The rider signs in again.
  exchangeCode: { settled: 400, more: ['audit'] },
  unlinkIdentity: { settled: 404 },
  forgotPassword: { more: ['audit', 'outbox'] },
  resetPassword: { settled: 400 },
  // The password that it names is the old one by then.
  changePassword: { settled: 403, more: ['audit'] },
  provePassword: { more: ['audit'] },
  revokeSession: { settled: 404 },
  revokeOtherSessions: { more: ['audit'] },
  updateApiKey: { more: ['audit'] },
  deleteApiKey: { settled: 404 },
  createPrivacyZone: { more: ['audit'] },
  updatePrivacyZone: { more: ['audit'] },
  deletePrivacyZone: { settled: 404 },
  deleteBlock: { settled: 404 },
  acceptConnection: { more: ['audit'] },
  declineConnection: { more: ['audit'] },
  updateConnection: { more: ['audit'] },
  deleteConnection: { settled: 404 },
  deleteMe: { settled: 401 },
  hideMe: { more: ['audit'] },
  unhideMe: { more: ['audit'] },
  updateUser: { more: ['audit'] },
  unlockUser: { more: ['audit'] },
  startPasswordReset: { more: ['audit', 'outbox'] },
  deleteJourney: { settled: 404 },
  deleteMarker: { settled: 404 },
};

/** May wait for the database longer than the others; the engine does not. */
export const patientCalls: readonly string[] = [
  'importRoute',
  'getItinerary',
  'getRoute',
  'getJourneyStats',
  'listEncounters',
  'createPrivacyZone',
  'updatePrivacyZone',
  'deletePrivacyZone',
];

/** Each of them has a mail sent once it has been answered. */
export const mailingCalls: readonly string[] = [
  'register',
  'createToken',
  'createToken: cookies',
  'resetPassword',
  'changePassword',
  'linkIdentity',
  'startPasswordReset',
  'deleteMe',
  'createConnection',
  'acceptConnection',
];

/** Calls by GET that write. */
export const writingReads: readonly string[] = ['listEncounters', 'startSignIn', 'finishSignIn'];
