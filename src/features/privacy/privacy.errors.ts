import { defineError } from '../../errors.ts';

export const zonesChoiceRequired = defineError(
  'conflict',
  'zones.choice_required',
  'Before others see a journey of yours: set a privacy zone, or say that you need none with PATCH /v1/me {"privacy_zones": "none"}. A zone that comes later is given away by what was seen before.',
);
export const zonesThere = defineError(
  'conflict',
  'zones.there',
  'You have privacy zones: delete them before you say that you need none.',
);
export const zoneNotFound = defineError('not_found', 'zones.not_found', 'No such privacy zone.');
export const zoneIdTaken = defineError('conflict', 'zones.id_taken', 'This id is in use. Make another.');
export const tooManyZones = defineError(
  'conflict',
  'zones.too_many',
  'No room for more privacy zones: delete one first.',
);
