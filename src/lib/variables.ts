import { z } from 'zod';

/** Where the operator sets it: `wrangler secret put`, `vars` or a binding of wrangler.toml, or the shell of a command. */
export type Kind = 'secret' | 'var' | 'binding' | "operator's shell";

/** What docs/configuration.md says of a variable, beside what its schema says. A schema belongs to one variable. */
export const described = z.registry<{ kind: Kind; description: string }>();

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

/** An empty text counts as absent: wrangler.toml has no other way to leave a variable out. */
export const optionalText = () =>
  z
    .string()
    .transform((text) => text.trim() || undefined)
    .optional();
