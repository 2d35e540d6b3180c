import { z } from '@hono/zod-openapi';
import { nameFault, riderNameFault, textFault } from '../lib/shown-text.ts';

export const Id = z
  .uuid()
  .transform((id) => id.toLowerCase())
  .openapi({ example: '0193a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b', format: 'uuid' });

const checkedBy = (faultOf: (text: string) => string | undefined) => (text: string, issues: z.RefinementCtx) => {
  const message = faultOf(text);
  if (message) issues.addIssue({ code: 'custom', message });
};

/** A text that strangers see. */
export const ShownText = z.string().superRefine(checkedBy(textFault));
/** A name that strangers see. */
export const ShownName = z.string().trim().superRefine(checkedBy(nameFault));
/** A name of a rider. */
export const RiderName = z.string().trim().superRefine(checkedBy(riderNameFault));

/** An integer in a query string, in decimal digits only: `z.coerce` would accept `0x10`, `1e2` and ` 7 `. */
export const integerText = ({ min, max }: { min: number; max: number }) =>
  z
    .string()
    .regex(/^-?(?:0|[1-9]\d{0,14})$/, 'Must be an integer.')
    .transform(Number)
    .pipe(z.int().min(min).max(max))
    .openapi({ type: 'integer', minimum: min, maximum: max });

/** A decimal number in a query string, without exponents. */
export const numberText = ({ min, max }: { min: number; max: number }) =>
  z
    .string()
    .regex(/^-?\d{1,15}(?:\.\d{1,15})?$/, 'Must be a number in decimal digits.')
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .openapi({ type: 'number', minimum: min, maximum: max });

/** RFC 3339 with an offset; years 1970 to 2199. */
export const Instant = z.iso
  .datetime({ offset: true, abort: true })
  .refine((text) => isPlausible(text), 'Must be a time between 1970 and 2199.')
  .openapi({ example: '2026-06-12T08:30:00Z', format: 'date-time' });

/** A time in a response: UTC, with milliseconds. */
export const UtcTime = z.iso.datetime().openapi({ example: '2026-06-12T08:30:00.000Z' });

/** Of a resource that can be edited. */
export const Version = z
  .int()
  .openapi({ description: 'Rises by one with each edit. The `ETag` is this number in quotes.', example: 1 });

export const Day = z.iso
  .date({ abort: true })
  .refine((text) => isPlausible(text), 'Must be a day between 1970 and 2199.')
  .openapi({ example: '2026-06-12', format: 'date' });

function isPlausible(text: string): boolean {
  const year = Number(text.slice(0, 4));
  return year >= 1970 && year < 2200;
}

const Longitude = z.number().min(-180).max(180);
const Latitude = z.number().min(-90).max(90);

/** GeoJSON (RFC 7946): longitude first. */
export const Point = z
  .strictObject({
    type: z.literal('Point'),
    // With prefixItems, Spectral wants `items` too, from which a generator of clients makes a third number.
    coordinates: z.tuple([Longitude, Latitude]).openapi({
      type: 'array',
      items: { type: 'number', minimum: -180, maximum: 180 },
      minItems: 2,
      maxItems: 2,
      description: 'The longitude, then the latitude, in degrees (WGS 84).',
    }),
  })
  .openapi('GeoPoint', {
    description: 'A GeoJSON point (RFC 7946).',
    example: { type: 'Point', coordinates: [16.3738, 48.2082] },
  });

/** A schema with a name must not be `nullable()`: the whole document would take the null of its first use. */
export const orNull = <S extends z.ZodType>(schema: S) => z.union([schema, z.null()]);

/** Seven decimals of a degree are about a centimetre. */
export const roundDegrees = (degrees: number): number => Math.round(degrees * 1e7) / 1e7;

/** `west,south,east,north`; west greater than east crosses the antimeridian. */
export const BoundingBox = z
  .string()
  .transform((text, issues) => {
    const parts = text.split(',').map((part) => (/^-?\d{1,3}(?:\.\d{1,15})?$/.test(part) ? Number(part) : Number.NaN));
    const box = z.tuple([Longitude, Latitude, Longitude, Latitude]).safeParse(parts);
    if (box.success && box.data[1] <= box.data[3]) return box.data;
    const message = box.success
      ? 'South must not be above north: send west,south,east,north.'
      : 'Must be four numbers in degrees: west,south,east,north.';
    issues.addIssue({ code: 'custom', message });
    return z.NEVER;
  })
  .openapi({ type: 'string', example: '8.5,46.9,17.2,49.1' });
export type BoundingBox = [west: number, south: number, east: number, north: number];
