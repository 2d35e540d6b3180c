import { defineError } from '../../errors.ts';

export const tooManyJourneys = defineError(
  'conflict',
  'usage.too_many_journeys',
  'You have 500 journeys, which is the maximum. Delete one first.',
);
export const tooManyVisibleJourneys = defineError(
  'conflict',
  'usage.too_many_visible_journeys',
  'Other riders may see 20 of your journeys, which is the maximum. Make one of them private first.',
);
export const tooManyLinesInAll = defineError(
  'conflict',
  'usage.too_many_lines',
  'Your journeys have at most 10,000 lines in all. Delete some, or a journey, first.',
);
export const tooManyPoints = defineError(
  'conflict',
  'usage.too_many_points',
  'The lines of your journeys have at most 5 million points in all. Delete some lines or a journey first, or simplify the file.',
);
export const tooManyMarkersInAll = defineError(
  'conflict',
  'usage.too_many_markers',
  'Your journeys have at most 50,000 markers in all. Delete some first.',
);
export const tooManyImports = defineError(
  'conflict',
  'usage.too_many_imports',
  'You have imported 5,000 files into your journeys, which is the maximum. Delete some, or a journey, first.',
);
export const tooManyBytes = defineError(
  'conflict',
  'usage.too_many_bytes',
  'Your lines and your markers take at most 250 MB. Delete some of them or a journey first.',
);
export const tooManyJourneysToday = defineError(
  'too_many_requests',
  'usage.too_many_journeys_today',
  'You have created the maximum number of journeys for one day. Try again later.',
);
export const tooManyImportsToday = defineError(
  'too_many_requests',
  'usage.too_many_imports_today',
  'You have imported the maximum number of files for one day. Try again later.',
);
