import type { Purpose } from './consent.table.ts';

/** The opened key of a rider's health data, and the consent under which it may be used. */
export type HealthKey = { userId: string; purpose: Purpose; sealedKey: Uint8Array; key: Uint8Array };

/** What a key is for: to keep new data needs a consent to the current statement, and to read a consent to any. */
export type KeyUse = 'keep' | 'read';
