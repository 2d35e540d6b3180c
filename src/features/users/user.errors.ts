import { defineError } from '../../errors.ts';

export const userNotFound = defineError('not_found', 'users.not_found', 'No such rider.');
export const usernameTaken = defineError('conflict', 'users.username_taken', 'Somebody else has this username.');
