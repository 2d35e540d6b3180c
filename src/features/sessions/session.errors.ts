import { defineError } from '../../errors.ts';

export const invalidToken = defineError('unauthenticated', 'auth.invalid_token', 'The access token is not valid.');
