import type { TestProject } from 'vitest/node';
import { startSurroundings } from './surroundings.ts';

declare module 'vitest' {
  interface ProvidedContext {
    bindings: Record<string, string>;
  }
}

export default async function setup(project: TestProject) {
  const { bindings, close } = await startSurroundings();
  project.provide('bindings', bindings);
  return close;
}
