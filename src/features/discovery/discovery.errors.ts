import { defineError } from '../../errors.ts';

export const adultsOnly = defineError(
  'forbidden',
  'discovery.adults_only',
  'Discovery is for adults only. Confirm first that you are an adult: PATCH /v1/me {"adult": true}.',
);
export const accountTooYoung = defineError(
  'forbidden',
  'discovery.account_too_young',
  'Your account is too new to see other riders. Try again later.',
);
export const encounterNotFound = defineError(
  'not_found',
  'connections.no_such_encounter',
  'You have no encounter with this id, or its rider is no longer visible to you. Search again.',
);
export const riderHidden = defineError(
  'conflict',
  'discovery.hidden',
  'You are hidden, so you cannot see other riders. Show yourself first: POST /v1/me/unhide.',
);
export const notDiscoverable = defineError(
  'conflict',
  'discovery.not_discoverable',
  'This journey is private, so it cannot find other riders. Make it discoverable or public first.',
);
export const journeyWithoutDays = defineError(
  'conflict',
  'discovery.undated',
  'This journey has no days. Import a route and set starts_on and daily_distance_m of the journey, or add markers with a time.',
);
export const journeyOver = defineError(
  'conflict',
  'discovery.completed',
  'This journey is completed, so it has no encounters. Search with another journey.',
);
export const unknownUnsubscribeToken = defineError(
  'not_found',
  'mail.unknown_unsubscribe',
  'This unsubscribe link is not valid. Use the complete link from the mail.',
);
export const digestTaken = defineError(
  'conflict',
  'discovery.digest_taken',
  'Another run has sent this mail, or the rider no longer wants it.',
);

/** The errors of the faults that `viewerFault` and `journeyFault` answer. */
export const searchErrors = {
  not_adult: adultsOnly,
  account_too_young: accountTooYoung,
  hidden: riderHidden,
  private: notDiscoverable,
  completed: journeyOver,
  undated: journeyWithoutDays,
} as const;
