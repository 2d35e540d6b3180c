import { defineError } from '../../errors.ts';

export const adultsOnly = defineError(
  'forbidden',
  'discovery.adults_only',
  'Discovery is for adults only. Confirm first that you are an adult: PATCH /v1/me {"adult": true}.',
);
export const guestsExcluded = defineError(
  'forbidden',
  'discovery.guests_excluded',
  'Guests neither see other riders nor are seen. Ask an admin to make you a user.',
);
export const accountTooYoung = defineError(
  'forbidden',
  'discovery.account_too_young',
  'Your account is too new to see other riders. Try again later.',
);
export const riderHidden = defineError(
  'conflict',
  'discovery.hidden',
  'You are hidden, so you cannot see other riders. Show yourself first: POST /v1/me/unhide.',
);

/** The errors of the faults that `participationFault` answers. */
export const participationErrors = {
  not_adult: adultsOnly,
  guest: guestsExcluded,
  account_too_young: accountTooYoung,
  hidden: riderHidden,
} as const;

/** For `problems` of a route whose caller must take part. */
export const participationProblems = Object.values(participationErrors);
