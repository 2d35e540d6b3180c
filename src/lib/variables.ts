import { z } from 'zod';

/**
 * The place where the operator sets a variable: `wrangler secret put`, `vars` or a binding of wrangler.toml, or the
 * shell.
 */
export type Kind = 'secret' | 'var' | 'binding' | "operator's shell";

/** The texts of docs/configuration.md that a schema does not contain. Each schema belongs to one variable. */
export const documentation = z.registry<{ kind: Kind; description: string }>();

export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max));

export const list = () =>
  z.string().transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  );

/** An empty text counts as absent, because wrangler.toml has no other way to leave a variable out. */
export const optionalText = () =>
  z
    .string()
    .transform((text) => text.trim() || undefined)
    .optional();
