import { defineError } from '../../errors.ts';

export const apiKeyNotFound = defineError('not_found', 'keys.not_found', 'No such key.');
export const tooManyApiKeys = defineError('conflict', 'keys.too_many', 'You have as many keys as one may. Delete one.');
