import { defineError } from '../../errors.ts';

export const sessionNotFound = defineError('not_found', 'sessions.not_found', 'You have no session with this id.');
