/**
 * Replaces the main module of zod in the bundle (see `[alias]` in wrangler.toml). That module contains the error texts
 * of fifty languages, a quarter of the bundle. The bundler cannot drop them, because the OpenAPI library uses zod as one
 * object.
 */
import * as z from './zod-exports.ts';

export * from './zod-exports.ts';
export { z };
