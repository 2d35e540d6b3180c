import { defineError } from '../../errors.ts';

export const encounterNotFound = defineError(
  'not_found',
  'connections.no_such_encounter',
  'You have no encounter with this id, or its rider is no longer visible to you. Search again.',
);
export const notDiscoverable = defineError(
  'conflict',
  'discovery.not_discoverable',
  'This journey is private, so it cannot find other riders. Make it discoverable or public first.',
);
export const journeyWithoutDays = defineError(
  'conflict',
  'discovery.undated',
  'This journey has no days. Import a route and set starts_on and daily_distance_m of the journey, or add markers with a time.',
);
export const journeyPublishing = defineError(
  'conflict',
  'discovery.publishing',
  'Kairos is still preparing what others see of this journey, so it finds nobody yet. Search again in a minute.',
);
export const searchTooWide = defineError(
  'conflict',
  'discovery.too_wide',
  'This journey covers too many places and days for a search this wide. Ask with a smaller radius_m, set a larger daily_distance_m, or search with a shorter journey.',
);
export const journeyOver = defineError(
  'conflict',
  'discovery.completed',
  'Others see this journey as completed, or will soon, so it has no encounters. Search with another journey. A journey that goes on is seen again after its delay_h and a night.',
);
export const unknownUnsubscribeToken = defineError(
  'not_found',
  'mail.unknown_unsubscribe',
  'This unsubscribe link is not valid. Use the complete link from the mail.',
);
export const digestTaken = defineError(
  'conflict',
  'discovery.digest_taken',
  'Another run has sent this mail, or the rider no longer wants it.',
);

/** The errors of the faults that `journeyFault` answers. */
export const searchErrors = {
  private: notDiscoverable,
  completed: journeyOver,
  publishing: journeyPublishing,
  undated: journeyWithoutDays,
} as const;
