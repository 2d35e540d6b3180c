import { defineError } from '../../errors.ts';

export const passwordRefused = defineError(
  'invalid',
  'auth.password_refused',
  'This password is not accepted, and `errors` says why. Choose another one.',
);
export const invalidVerification = defineError(
  'bad_request',
  'auth.invalid_verification',
  'This link is no longer valid. Request a new one.',
);

export const invalidReset = defineError(
  'bad_request',
  'auth.invalid_reset',
  'This link is no longer valid. Request a new one.',
);
export const wrongPassword = defineError(
  'forbidden',
  'auth.wrong_password',
  'The password is wrong, or was tried too often. Try again later, or set a new password.',
);

/** RFC 6749 section 5.2; the token endpoint renders the part after the dot. */
export const invalidGrant = defineError(
  'bad_request',
  'oauth.invalid_grant',
  'The credentials are not valid. Check them and log in again.',
);
export const unsupportedGrantType = defineError(
  'bad_request',
  'oauth.unsupported_grant_type',
  'This grant type is not supported. Use password or refresh_token.',
);
export const invalidRequest = defineError(
  'bad_request',
  'oauth.invalid_request',
  'A parameter is missing or malformed. Check the form and send it again.',
);
