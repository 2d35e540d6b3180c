/**
 * Stands in for the entry of zod in the bundle (see `[alias]` in wrangler.toml). That entry brings the error texts of
 * fifty languages, a quarter of the bundle, which no tool can leave out: the OpenAPI library takes all of zod as one
 * object.
 */
import * as z from './zod-exports.ts';

export * from './zod-exports.ts';
export { z };
