import type { LonLat } from '../../support/factories.ts';

/** The body of a privacy zone. */
export const zoneAt = (center: LonLat, fields: Record<string, unknown> = {}) => ({
  name: 'Home',
  coordinates: { type: 'Point', coordinates: center },
  ...fields,
});
