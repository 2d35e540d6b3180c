import type { Difference } from './difference.ts';
import { edits } from './differences/edits.ts';
import { ends } from './differences/ends.ts';
import { lines } from './differences/lines.ts';
import { names } from './differences/names.ts';
import { overs } from './differences/overs.ts';
import { places } from './differences/places.ts';
import { privates } from './differences/privates.ts';
import { recent } from './differences/recent.ts';
import { schedules } from './differences/schedules.ts';
import { texts } from './differences/texts.ts';
import { times } from './differences/times.ts';
import { zones } from './differences/zones.ts';

/** A change that hides something new from strangers adds a difference here. */
export const differences: readonly Difference[] = [
  places,
  times,
  texts,
  lines,
  schedules,
  privates,
  recent,
  overs,
  ends,
  zones,
];

/** Differences of every rider, made after the others. */
export const differencesOfAll: readonly Difference[] = [names, edits];
