import { defineError } from '../../errors.ts';

export const providerUnknown = defineError(
  'not_found',
  'signin.provider_unknown',
  'This server does not offer this provider. Choose one from GET /v1/auth/providers.',
);
export const returnNotAllowed = defineError(
  'bad_request',
  'signin.return_not_allowed',
  "This return address is not on the operator's list. Use one that is.",
);
export const invalidState = defineError(
  'bad_request',
  'signin.invalid_state',
  'This sign-in did not start in this browser, or took too long. Start again.',
);
/** The same error for an unknown, used or expired code, a wrong verifier and a disabled rider. */
export const invalidCode = defineError(
  'bad_request',
  'signin.invalid_code',
  'This code is not valid. Start the sign-in again.',
);
export const emailUnverified = defineError(
  'forbidden',
  'signin.email_unverified',
  'The provider has not verified your address. Sign in with your password first, then link the provider.',
);
export const identityTaken = defineError(
  'conflict',
  'identities.taken',
  'This sign-in is linked to another account. Unlink it there first.',
);
export const identityLinked = defineError(
  'conflict',
  'identities.linked',
  'This sign-in is already linked to your account.',
);
export const identityNotFound = defineError(
  'not_found',
  'identities.not_found',
  'You have no linked sign-in with this id.',
);
export const lastMethod = defineError(
  'conflict',
  'identities.last_method',
  'This is your only way to sign in. Set a password first.',
);
