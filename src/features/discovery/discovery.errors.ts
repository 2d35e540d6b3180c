import { defineError } from '../../errors.ts';

export const adultsOnly = defineError(
  'forbidden',
  'discovery.adults_only',
  'Say that you are an adult first: PATCH /v1/me {"adult": true}.',
);
export const accountTooYoung = defineError(
  'forbidden',
  'discovery.account_too_young',
  'A new account has to wait before it can see who is near.',
);
export const noSuchEncounter = defineError('not_found', 'connections.no_such_encounter', 'No such encounter of yours.');
export const riderHidden = defineError(
  'conflict',
  'discovery.hidden',
  'Who is hidden sees nobody: POST /v1/me/unhide first.',
);
export const notDiscoverable = defineError(
  'conflict',
  'discovery.not_discoverable',
  'Who wants to see others lets them see: make this journey discoverable or public.',
);
export const journeyUndated = defineError(
  'conflict',
  'discovery.undated',
  'This journey has no days yet: give it starts_on and daily_distance_m, or markers with a time.',
);
export const journeyOver = defineError('conflict', 'discovery.completed', 'This journey is completed.');
export const unknownUnsubscribe = defineError('not_found', 'mail.unknown_unsubscribe', 'No such mails of ours.');
export const digestTaken = defineError(
  'conflict',
  'discovery.digest_taken',
  'This rider was told meanwhile, or wants no mail any more.',
);

/** The errors of the faults that `viewerFault` and `journeyFault` answer. */
export const searchErrors = {
  not_adult: adultsOnly,
  account_too_young: accountTooYoung,
  hidden: riderHidden,
  private: notDiscoverable,
  completed: journeyOver,
  undated: journeyUndated,
} as const;
