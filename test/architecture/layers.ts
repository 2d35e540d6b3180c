/** A kind of file: its names, and its allowed imports. All other imports are forbidden. */
export type Layer = {
  files: RegExp;
  may: readonly RegExp[];
  /** Imports that are allowed for types only. */
  mayAsType?: readonly RegExp[];
};

const role = (...names: string[]) => `[\\w-]+\\.(?:${names.join('|')})\\.ts$`;
const files = (name: string) => new RegExp(`^features/[\\w-]+/${role(name)}`);
const own = (...names: string[]) => new RegExp(`^own/${role(...names)}`);
const others = (...names: string[]) => new RegExp(`^(?:own|features/[\\w-]+)/${role(...names)}`);
const npm = (...names: string[]) => new RegExp(`^npm:(?:${names.join('|')})(?:/|$)`);

const lib = /^lib\//;
const variables = /^lib\/variables\.ts$/;
const http = /^http\//;
const db = /^db\//;
const errors = /^errors\.ts$/;
const context = /^context\.ts$/;
const config = /^config\.ts$/;
const platformConfig = /^platform\.config\.ts$/;
const log = /^log\.ts$/;
const zod = npm('zod', '@hono/zod-openapi');
const hono = npm('hono', '@hono/zod-openapi');
const drizzle = npm('drizzle-orm');

const features: readonly Layer[] = [
  // Admin routes call verbs of the features that they manage.
  {
    files: /^features\/admin\/[\w-]+\.routes\.ts$/,
    may: [others('schemas', 'service', 'errors'), http, hono],
  },
  {
    files: files('routes'),
    may: [own('schemas', 'service'), others('schemas', 'errors'), http, lib, errors, hono],
  },
  {
    files: files('schemas'),
    may: [others('schemas', 'table', 'rules'), /^http\/(?:values|pagination)\.ts$/, lib, zod],
    mayAsType: [own('service', 'repository')],
  },
  {
    files: files('service'),
    may: [
      own('repository', 'table'),
      /^own\/(?:formats|providers)\//,
      others('service', 'rules', 'errors', 'guards', 'writes'),
      db,
      lib,
      context,
      errors,
      log,
      npm('zod', 'resend'),
    ],
    mayAsType: [others('table')],
  },
  { files: files('rules'), may: [others('rules'), lib], mayAsType: [others('table'), context, errors] },
  {
    files: files('guards'),
    may: [
      own('repository', 'rules', 'predicates', 'table'),
      others('guards', 'errors'),
      /^db\/version\.ts$/,
      lib,
      context,
    ],
    mayAsType: [others('table'), /^db\/commit\.ts$/, errors],
  },
  {
    files: files('writes'),
    may: [own('repository', 'rules', 'guards', 'errors'), others('writes', 'rules'), lib, context],
    mayAsType: [others('table'), /^db\/commit\.ts$/],
  },
  { files: files('predicates'), may: [own('predicates'), others('table'), drizzle], mayAsType: [own('rules')] },
  {
    files: files('repository'),
    may: [own('repository', 'rules'), others('table', 'predicates'), db, lib, drizzle],
    mayAsType: [others('rules')],
  },
  { files: files('table'), may: [others('table'), /^db\/columns\.ts$/, drizzle], mayAsType: [lib] },

  { files: files('errors'), may: [errors] },
  // lib/variables.ts has the shared parts of the declarations.
  { files: files('config'), may: [variables, zod] },
  { files: files('job'), may: [own('service')], mayAsType: [/^cron\/job\.ts$/] },
  {
    files: /^features\/transfer\/formats\/[\w-]+\.ts$/,
    may: [/^own\/formats\//, others('rules'), lib, npm('saxes')],
    mayAsType: [own('table')],
  },
  { files: /^features\/oauth\/providers\/[\w-]+\.ts$/, may: [/^own\/providers\//, lib, npm('jose', 'zod')] },
];

/** In the order of their dependencies, which only point down. The first matching layer applies. */
export const layers: readonly Layer[] = [
  { files: /^worker\.ts$/, may: [/^app\.ts$/, /^cron\/schedule\.ts$/, npm('uuid')] },
  {
    files: /^app\.ts$/,
    may: [others('guards', 'service', 'writes'), http, /^areas\/areas\.ts$/, hono],
    mayAsType: [/^context\.ts$/],
  },
  { files: /^areas\/[\w-]+\.ts$/, may: [others('routes'), /^areas\//, http, /^pages\//] },
  { files: /^cron\/[\w-]+\.ts$/, may: [others('job'), /^cron\//, context, config, log, /^db\/client\.ts$/] },
  { files: /^pages\/[\w-]+\.tsx$/, may: [/^pages\//, http, others('service'), hono] },
  ...features,
  // The health check queries the database.
  {
    files: /^http\/health\.ts$/,
    may: [http, log, hono, drizzle, /^db\/commit\.ts$/, /^\.\.\/migrations\/meta\/_journal\.json$/],
    mayAsType: [context],
  },
  {
    files: /^http\/(?:document\/)?[\w-]+\.ts$/,
    may: [http, db, lib, context, config, errors, log, hono],
  },
  {
    files: /^db\/[\w-]+\.ts$/,
    may: [db, lib, errors, drizzle, npm('@neondatabase/serverless', 'zod')],
    mayAsType: [context, config],
  },
  { files: /^context\.ts$/, may: [errors], mayAsType: [config, log, db] },
  { files: config, may: [others('config'), platformConfig, zod] },
  { files: platformConfig, may: [lib, zod], mayAsType: [npm('jose')] },
  { files: /^(?:errors|log)\.ts$/, may: [] },
  { files: /^lib\/zod-exports\.ts$/, may: [/^\.\.\/node_modules\/zod\//] },
  { files: /^lib\/[\w-]+(?:\.data)?\.ts$/, may: [lib, /^npm:(?!@?hono|drizzle-orm|@neondatabase|resend)/] },
];
