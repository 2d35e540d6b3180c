import type { Plant } from './plant.ts';

/** Defects that an engine must find, by the engine that finds them: each is built in once with `--control`. */
export const plants: Readonly<Record<string, Plant>> = {};
