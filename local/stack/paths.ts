import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

const state = join(root, '.kairos');

export const paths = {
  state,
  database: join(state, 'database'),
  inbox: join(state, 'inbox.json'),
  running: join(state, 'running.json'),
  /** The state of bindings in the Workers runtime. */
  runtime: join(state, 'wrangler'),
  secrets: join(root, '.dev.vars'),
};
