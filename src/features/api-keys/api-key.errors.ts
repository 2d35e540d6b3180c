import { defineError } from '../../errors.ts';

export const apiKeyNotFound = defineError('not_found', 'keys.not_found', 'You have no API key with this id.');
export const tooManyApiKeys = defineError(
  'conflict',
  'keys.too_many',
  'You have the maximum number of API keys. Delete one first.',
);
