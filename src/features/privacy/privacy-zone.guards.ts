import type { Guard } from '../../db/commit.ts';
import { zoneNotFound, zonesChoiceRequired, zonesExist } from './privacy.errors.ts';
import { hasNoZones, hasZonesChoice, isOwnZone } from './privacy-zone.repository.ts';

/** The rider has chosen privacy zones, or to have none. For a commit that makes a journey visible. */
export const requireZonesChoice = (ownerId: string): Guard => ({
  stage: 'state',
  condition: hasZonesChoice(ownerId),
  error: zonesChoiceRequired,
});

/** The rider has no zones. For the commit in which the rider chooses to have none, which must lock the rider. */
export const requireNoZones = (ownerId: string): Guard => ({
  stage: 'state',
  condition: hasNoZones(ownerId),
  error: zonesExist,
});

/** The zone belongs to the rider, who is locked already. */
export const requireOwnZone = (id: string, ownerId: string): Guard => ({
  stage: 'rows',
  condition: isOwnZone(id, ownerId),
  error: zoneNotFound,
});
