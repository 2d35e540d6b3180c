import type { Guard } from '../../db/commit.ts';
import { zoneNotFound, zonesChoiceRequired, zonesExist } from './privacy.errors.ts';
import { hasChosen, hasNoZones, isOwnZone } from './privacy-zone.repository.ts';

/** The rider has said what is private: for a commit that makes a journey visible. */
export const requireZonesChosen = (ownerId: string): Guard => ({
  stage: 'state',
  condition: hasChosen(ownerId),
  error: zonesChoiceRequired,
});

/** The rider has no zones: for the commit in which they say that they need none. Goes with a lock of the rider. */
export const requireNoZones = (ownerId: string): Guard => ({
  stage: 'state',
  condition: hasNoZones(ownerId),
  error: zonesExist,
});

/** The zone is the rider's, who is locked by then. */
export const requireOwnZone = (id: string, ownerId: string, error = zoneNotFound): Guard => ({
  stage: 'rows',
  condition: isOwnZone(id, ownerId),
  error,
});
