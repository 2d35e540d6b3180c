import { defineError } from '../../errors.ts';

export const sessionNotFound = defineError('not_found', 'sessions.not_found', 'No such session.');
