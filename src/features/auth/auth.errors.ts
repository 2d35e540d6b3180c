import { defineError } from '../../errors.ts';

export const passwordRefused = defineError('invalid', 'auth.password_refused', 'Choose another password.');
export const invalidVerification = defineError(
  'bad_request',
  'auth.invalid_verification',
  'This link is not valid any more. Ask for a new one.',
);

export const invalidReset = defineError(
  'bad_request',
  'auth.invalid_reset',
  'This link is not valid any more. Ask for a new one.',
);
export const wrongPassword = defineError(
  'forbidden',
  'auth.wrong_password',
  'The password is not right, or was tried too often.',
);

/** RFC 6749 section 5.2; the token endpoint renders the part after the dot. */
export const invalidGrant = defineError('bad_request', 'oauth.invalid_grant', 'The credentials are not valid.');
export const unsupportedGrantType = defineError(
  'bad_request',
  'oauth.unsupported_grant_type',
  'Use password or refresh_token.',
);
export const invalidRequest = defineError(
  'bad_request',
  'oauth.invalid_request',
  'A parameter is missing or malformed.',
);
