import { defineError } from '../../errors.ts';

export const providerUnknown = defineError(
  'not_found',
  'signin.provider_unknown',
  'This provider is not offered here.',
);
export const returnNotAllowed = defineError(
  'bad_request',
  'signin.return_not_allowed',
  'This return address is not on the list.',
);
export const invalidState = defineError(
  'bad_request',
  'signin.invalid_state',
  'This sign-in was not begun in this browser, or too long ago. Start again.',
);
/** The same error for an unknown, used or expired code, a wrong verifier and a disabled rider. */
export const invalidCode = defineError('bad_request', 'signin.invalid_code', 'This code is not valid. Start again.');
export const emailUnverified = defineError(
  'forbidden',
  'signin.email_unverified',
  'The provider does not vouch for your address. Sign in with your password first, then link the provider.',
);
export const identityTaken = defineError('conflict', 'identities.taken', 'This sign-in belongs to another account.');
export const identityLinked = defineError('conflict', 'identities.linked', 'This sign-in is linked already.');
export const identityNotFound = defineError('not_found', 'identities.not_found', 'No such linked sign-in.');
export const lastMethod = defineError(
  'conflict',
  'identities.last_method',
  'This is the last way into the account: set a password first.',
);
