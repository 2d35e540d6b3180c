import type { Purpose } from './consent.table.ts';

export type Statement = { version: number; text: string };

/** The words that a rider consents to. A change of their meaning needs a new version, and then a new consent. */
export const statements: Readonly<Record<Purpose, Statement>> = {
  heart_rate: {
    version: 1,
    text: 'Kairos keeps the heart rates in the rides that I import, encrypted with a key of my own, so that I can save them with my rides. Nobody else gets them. I can withdraw this at any time, and then Kairos deletes them at once.',
  },
};
