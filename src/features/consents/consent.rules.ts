import type { Purpose } from './consent.table.ts';

export type Statement = { version: number; text: string };

/** The words that a rider consents to. A change of their meaning needs a new version, and then a new consent. */
export const statements: Readonly<Record<Purpose, Statement>> = {
  heart_rate: {
    version: 1,
    text: 'Kairos keeps the heart rates of the rides that I import, encrypted with a key of my own, so that I can save them to a file with my rides. It shows them to nobody but me. I can withdraw this at any time. Then Kairos deletes them and the key at once, and copies of the key in its backups within 30 days.',
  },
};
