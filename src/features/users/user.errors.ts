import { defineError } from '../../errors.ts';

export const lastAdmin = defineError('conflict', 'users.last_admin', 'The last admin stays: make another one first.');
export const usernameTaken = defineError('conflict', 'users.username_taken', 'Somebody else has this username.');
