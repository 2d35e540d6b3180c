import type { Guard } from '../../db/commit.ts';
import { consentChanged } from './consent.errors.ts';
import { lockConsentRow } from './consent.repository.ts';
import type { HealthKey } from './health-key.rules.ts';

/** The consent under which the key was read is still in force. It is locked until the end of the commit. */
export const requireConsent = ({ userId, purpose, sealedKey }: HealthKey): Guard => ({
  stage: 'rows',
  condition: lockConsentRow({ userId, purpose, sealedKey }),
  error: consentChanged,
});
