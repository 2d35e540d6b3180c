import { z } from '@hono/zod-openapi';
import { onePageOf } from '../../http/pagination.ts';
import { orNull, UtcTime } from '../../http/values.ts';
import { statements } from './consent.rules.ts';
import type { Consent as ConsentView } from './consent.service.ts';
import { purposes } from './consent.table.ts';

const Purpose = z.enum(purposes).openapi('ConsentPurpose', { description: 'What the consent is for.' });
const Version = z.int().min(1).openapi({ description: 'The version of the statement.', example: 1 });

export const consentParams = z.object({ purpose: Purpose });

export const NewConsent = z
  .strictObject({ statement_version: Version })
  .openapi('NewConsent', { example: { statement_version: 1 } });

const Statement = z
  .object({
    version: Version,
    text: z.string().openapi({
      description: 'What you consent to, to be shown as it is.',
      example: statements.heart_rate.text,
    }),
  })
  .openapi('ConsentStatement');

const GivenConsent = z
  .object({
    at: UtcTime.openapi({ description: 'When you consented.' }),
    statement_version: Version.openapi({ description: 'The version that you consented to.' }),
  })
  .openapi('GivenConsent');

export const RiderConsent = z
  .object({
    purpose: Purpose,
    statement: Statement.openapi({ description: 'The current statement.' }),
    given: orNull(GivenConsent).openapi({
      description:
        'Null if you have not consented, or have withdrawn it. Under an earlier version than the current one nothing new is kept.',
    }),
  })
  .openapi('RiderConsent');

export const RiderConsentPage = onePageOf('RiderConsentPage', RiderConsent);

export const toRiderConsent = ({ purpose, statement, given }: ConsentView): z.infer<typeof RiderConsent> => ({
  purpose,
  statement: { version: statement.version, text: statement.text },
  given: given && { at: given.at.toISOString(), statement_version: given.version },
});
