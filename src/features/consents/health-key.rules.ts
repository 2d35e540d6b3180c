import type { Purpose } from './consent.table.ts';

/** The opened key of a rider's health data, and the consent under which it may be used. */
export type HealthKey = { userId: string; purpose: Purpose; sealedKey: Uint8Array; key: Uint8Array };
