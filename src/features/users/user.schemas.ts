import { z } from '@hono/zod-openapi';
import { Id, RiderName, ShownText, UtcTime, Version } from '../../http/values.ts';
import { normaliseEmail } from '../../lib/email-address.ts';
import { digestFrequencies, privacyChoices, type UserRow } from './user.table.ts';

export const Email = z
  .string()
  .max(1_000)
  .transform((text, issues) => {
    // A line break is no slip of a keyboard: it is how headers are put into mails.
    const address = normaliseEmail(/[\r\n]/.test(text) ? text : text.trim());
    if (address) return address;
    issues.addIssue({ code: 'custom', message: 'Must be an email address.' });
    return z.NEVER;
  })
  .openapi({ type: 'string', format: 'email', maxLength: 254, example: 'anna@example.com' });

export const Name = RiderName.min(1)
  .max(100)
  .openapi({ description: 'The name that other riders see.', example: 'Anna Weber' });

export const riderParams = z.object({ id: Id.openapi({ description: 'The id of the rider.' }) });

/** Has no @, so it is never mistaken for an address. */
export const Username = RiderName.regex(
  /^[A-Za-z0-9](?:[A-Za-z0-9._-]{1,28}[A-Za-z0-9])$/,
  'Must be 3 to 30 letters, digits, dots, hyphens or underscores, and start and end with a letter or digit.',
).openapi({
  description: 'You can log in with it. No two riders have the same, whatever the case.',
  example: 'anna',
});

const Country = z
  .string()
  .regex(/^[A-Z]{2}$/, 'Must be two capital letters (ISO 3166-1).')
  .openapi({ description: 'The two letters of ISO 3166-1.', example: 'AT' });

const Bio = ShownText.max(2_000).openapi({
  description: 'What you say about yourself. Every signed-in rider can read it.',
  example: 'Slow uphill, slower downhill.',
});

const RidersNear = z
  .enum(digestFrequencies)
  .openapi({ description: 'How often you get a mail about new riders near your journeys.', example: 'weekly' });

export const Me = z
  .object({
    id: Id,
    email: z.string().openapi({ example: 'anna@example.com' }),
    username: Username.nullable(),
    name: Name,
    bio: Bio,
    country: Country.nullable(),
    adult: z.boolean().openapi({ description: 'Whether you have said that you are an adult. Discovery requires it.' }),
    riders_near: RidersNear,
    privacy_zones: z.enum(privacyChoices).openapi({
      description:
        'Whether you have set privacy zones or said that you need none. You cannot make a journey visible while this is `undecided`.',
      example: 'set',
    }),
    hidden: z.boolean().openapi({
      description: 'Whether you are hidden: other riders do not see you, and you do not see them.',
      example: false,
    }),
    role: z.string().openapi({
      description: '`user`, `admin` or `guest`. A guest may only read, and manage the own account.',
      example: 'user',
    }),
    version: Version,
    created_at: UtcTime,
    updated_at: UtcTime,
  })
  .openapi('Me');

export const MeChanges = z
  .strictObject({
    name: Name.optional(),
    username: Username.nullable().optional(),
    bio: Bio.optional(),
    country: Country.nullable().optional(),
    adult: z.boolean().optional().openapi({ description: 'Say `true` if you are an adult. Discovery requires it.' }),
    riders_near: RidersNear.optional(),
    privacy_zones: z.literal('none').optional().openapi({ description: 'Say `none` if you need no privacy zone.' }),
  })
  .openapi('MeChanges');

/** What every signed-in rider may know of another rider. An address is never part of it. */
export const PublicProfile = z
  .object({ id: Id, name: Name, country: Country.nullable(), bio: Bio })
  .openapi('PublicProfile');

export const toMe = (row: UserRow): z.infer<typeof Me> => ({
  id: row.id,
  email: row.email,
  username: row.username,
  name: row.name,
  bio: row.bio,
  country: row.country,
  adult: row.isAdult,
  riders_near: row.ridersNear,
  privacy_zones: row.privacyZones,
  hidden: row.hiddenAt !== null,
  role: row.role,
  version: row.version,
  created_at: row.createdAt.toISOString(),
  updated_at: row.updatedAt.toISOString(),
});

export const toPublicProfile = (
  row: Pick<UserRow, 'id' | 'name' | 'country' | 'bio'>,
): z.infer<typeof PublicProfile> => ({
  id: row.id,
  name: row.name,
  country: row.country,
  bio: row.bio,
});
