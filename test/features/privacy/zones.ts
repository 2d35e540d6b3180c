import type { LonLat } from '../../support/factories.ts';

/** What a rider sends to keep a place to themselves. */
export const zoneAt = (center: LonLat, fields: Record<string, unknown> = {}) => ({
  name: 'Home',
  center: { type: 'Point', coordinates: center },
  ...fields,
});
