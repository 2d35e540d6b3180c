import type { Guard } from '../../db/commit.ts';
import { consentChanged } from './consent.errors.ts';
import { hasHealthKey, lockConsentRow } from './consent.repository.ts';
import type { HealthKey } from './health-key.rules.ts';

/** The consent is in force, and stays so until the end of the commit. The key is not of an earlier, withdrawn consent. */
export const requireConsent = ({ userId, purpose, sealedKey }: HealthKey): Guard[] => [
  { stage: 'rows', condition: lockConsentRow({ userId, purpose }), error: consentChanged },
  { stage: 'state', condition: hasHealthKey({ userId, purpose, sealedKey }), error: consentChanged },
];
