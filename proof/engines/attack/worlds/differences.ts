import type { Difference } from './difference.ts';
import { addresses } from './differences/addresses.ts';
import { completedJourneys } from './differences/completed-journeys.ts';
import { edits } from './differences/edits.ts';
import { ends } from './differences/ends.ts';
import { lines } from './differences/lines.ts';
import { names } from './differences/names.ts';
import { places } from './differences/places.ts';
import { privateJourneys } from './differences/private-journeys.ts';
import { recent } from './differences/recent.ts';
import { schedules } from './differences/schedules.ts';
import { statuses } from './differences/statuses.ts';
import { texts } from './differences/texts.ts';
import { times } from './differences/times.ts';
import { wrongClocks } from './differences/wrong-clocks.ts';
import { zones } from './differences/zones.ts';

/** A change that hides something new from strangers adds a difference here. */
export const differences: readonly Difference[] = [
  places,
  times,
  texts,
  lines,
  schedules,
  privateJourneys,
  recent,
  completedJourneys,
  statuses,
  ends,
  zones,
  addresses,
  wrongClocks,
];

/** Differences of every rider, made after the others. */
export const differencesOfAll: readonly Difference[] = [names, edits];
