import { defineError } from '../../errors.ts';

export const zonesChoiceRequired = defineError(
  'conflict',
  'zones.choice_required',
  'Before others can see your journey, set a privacy zone, or say that you need none: PATCH /v1/me {"privacy_zones": "none"}. A zone that you set later cannot hide what others have already seen.',
);
export const zonesExist = defineError(
  'conflict',
  'zones.exist',
  'You have privacy zones. Delete them before you say that you need none.',
);
export const zoneNotFound = defineError('not_found', 'zones.not_found', 'You have no privacy zone with this id.');
export const tooManyZones = defineError(
  'conflict',
  'zones.too_many',
  'You have the maximum number of privacy zones. Delete one first.',
);
