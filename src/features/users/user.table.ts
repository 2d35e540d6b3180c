import { sql } from 'drizzle-orm';
import { boolean, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { instant } from '../../db/columns.ts';

export const digestFrequencies = ['never', 'weekly'] as const;
export const privacyChoices = ['undecided', 'none', 'set'] as const;

export const users = pgTable(
  'users',
  {
    id: uuid().primaryKey(),
    email: text().notNull(),
    username: text(),
    name: text().notNull(),
    bio: text().notNull().default(''),
    /** ISO 3166-1 alpha-2. */
    country: text(),
    passwordHash: text('password_hash'),
    role: text({ enum: ['admin', 'user', 'guest'] })
      .notNull()
      .default('user'),
    /** The rider's own statement. No birth date is stored. */
    isAdult: boolean('is_adult').notNull().default(false),
    /** How often the rider gets a digest of new encounters. */
    ridersNear: text('riders_near', { enum: digestFrequencies }).notNull().default('never'),
    /**
     * No digest is sent before this time. It stays while digests are off, so that turning them on again sends none
     * sooner.
     */
    nextDigestAt: instant('next_digest_at'),
    /** The rider's choice of privacy zones. No journey can be visible while it is undecided. */
    privacyZones: text('privacy_zones', { enum: privacyChoices }).notNull().default('undecided'),
    /** Counts the changes of the rider's zones. */
    zonesRevision: integer('zones_revision').notNull().default(0),
    disabledAt: instant('disabled_at'),
    /** When the rider hid from all others. */
    hiddenAt: instant('hidden_at'),
    /** The account is neither disabled nor hidden. */
    isOnShow: boolean('is_on_show').notNull().generatedAlwaysAs(sql`disabled_at is null and hidden_at is null`),
    /** Others may see the rider. The rider takes part in discovery, as soon as the account is old enough. See `audience/participation.rules.ts`. */
    takesPart: boolean('takes_part')
      .notNull()
      .generatedAlwaysAs(sql`is_adult and role <> 'guest' and disabled_at is null and hidden_at is null`),
    version: integer().notNull().default(1),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('users_email_key').on(table.email),
    uniqueIndex('users_username_key').on(sql`lower(${table.username})`),
    index('users_email_prefix_idx').on(table.email.op('text_pattern_ops')),
    index('users_username_prefix_idx').on(sql`lower(${table.username}) text_pattern_ops`),
    index('users_name_prefix_idx').on(sql`lower(${table.name}) text_pattern_ops`),
    index('users_by_role_idx').on(table.role, table.id).where(sql`role <> 'user'`),
    index('users_digest_due_idx').on(table.nextDigestAt, table.id).where(sql`riders_near <> 'never' and takes_part`),
    index('users_disabled_idx').on(table.id).where(sql`disabled_at is not null`),
  ],
);

export type UserRow = typeof users.$inferSelect;
