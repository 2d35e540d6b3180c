import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { unstable_readConfig as readConfig } from 'wrangler';
import { z } from 'zod';
import { localVariables } from '../../local/stack/variables.ts';
import { configurationDocument, workerVariables } from '../../scripts/configuration-document.ts';
import { read, readAll, root } from '../architecture/files.ts';
import { importsOf, type Source } from '../architecture/source.ts';

const Environment = z.object({
  triggers: z.object({ crons: z.array(z.string()) }),
  secrets: z.object({ required: z.array(z.string()) }),
  vars: z.record(z.string(), z.string()),
  ratelimits: z.array(
    z.object({ name: z.string(), namespace_id: z.string(), simple: z.object({ limit: z.int(), period: z.int() }) }),
  ),
});

describe('wrangler.toml', () => {
  const configOf = (env?: string) =>
    Environment.parse(readConfig({ config: join(root, 'wrangler.toml'), env }, { hideWarnings: true }));
  const local = configOf();
  const deployed = ['staging', 'production'].map((name) => ({ name, config: configOf(name) }));

  test('the crons of every environment equal those of src/cron/schedule.ts', () => {
    const keys = [...read('src/cron/schedule.ts').matchAll(/^ {2}'([\d*,/ -]+)': \[/gm)].map(([, cron]) => cron);
    expect(keys.length).toBeGreaterThan(0);
    for (const config of [local, ...deployed.map((one) => one.config)]) expect(config.triggers.crons).toEqual(keys);
  });

  test('no cron wakes an idle database more often than hourly', () => {
    expect(local.triggers.crons.filter((cron) => !/^\d+ /.test(cron))).toEqual([]);
  });

  test.each([{ name: 'local', config: local }, ...deployed])(
    'the rate limits of the environment $name equal those of src/http/rate-limit.ts',
    ({ config }) => {
      const entry = /^ {2}(\w+): \{ limit: ([\d_]+), periodSeconds: (\d+) \}/gm;
      const wanted = [...read('src/http/rate-limit.ts').matchAll(entry)].map(([, name = '', limit = '', period]) => ({
        name: `LIMIT_${name.toUpperCase()}`,
        simple: { limit: Number(limit.replaceAll('_', '')), period: Number(period) },
      }));
      expect(wanted.length).toBeGreaterThan(2);
      expect(config.ratelimits.map(({ name, simple }) => ({ name, simple }))).toEqual(wanted);
    },
  );

  test('no two rate limiters share a namespace', () => {
    const ids = [local, ...deployed.map((one) => one.config)].flatMap((config) =>
      config.ratelimits.map((one) => one.namespace_id),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each(deployed)('the environment $name repeats the settings that environments do not inherit', ({ config }) => {
    expect(config.secrets).toEqual(local.secrets);
    // wrangler advises adding a local variable to an environment that lacks it.
    expect(Object.keys(config.vars).sort()).toEqual(Object.keys(local.vars).sort());
  });

  test('src/config.ts reads every secret and variable of wrangler.toml and of the local stack', () => {
    const set = [
      ...Object.keys({ ...local.vars, ...localVariables({ port: 8787, consolePort: 8788 }) }),
      ...local.secrets.required,
      ...local.ratelimits.map(({ name }) => name),
    ];
    expect(set.filter((name) => !workerVariables.includes(name))).toEqual([]);
  });
});

test('docs/configuration.md lists the variables as the features declare them; `npm run generate` writes it', () => {
  expect(read('docs/configuration.md')).toBe(configurationDocument);
});

const exact = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;
const packagesOf = (files: Source[]) =>
  files.flatMap(importsOf).flatMap(({ target }) => /^npm:((?:@[\w-]+\/)?[\w.-]+)(?!.*:)/.exec(target)?.[1] ?? []);

describe('package.json', () => {
  const { dependencies, devDependencies, optionalDependencies, engines, scripts, version } = JSON.parse(
    read('package.json'),
  );
  const declared: Record<string, string> = { ...dependencies, ...devDependencies, ...optionalDependencies };

  test('every dependency has an exact version', () => {
    expect(Object.entries(declared).filter(([, version]) => !exact.test(version))).toEqual([]);
  });

  test('every imported package is declared, and those of the Worker as dependencies', () => {
    const tools = ['bench', 'local', 'scripts', 'test'].flatMap((folder) => readAll(folder, '**/*.{ts,mjs}'));
    const own = tools.filter(({ path }) => !path.startsWith('peers/'));
    expect(packagesOf(readAll('src', '**/*.{ts,tsx}')).filter((name) => !(name in dependencies))).toEqual([]);
    expect(packagesOf(own).filter((name) => !(name in declared))).toEqual([]);
  });

  test.each([
    ['bench/peers', '*.mjs'],
    ['proof/clients', '{jobs/*.ts,*.config.ts}'],
  ])('the packages that %s imports are declared there with exact versions', (folder, files) => {
    const own: { dependencies: Record<string, string> } = JSON.parse(read(`${folder}/package.json`));
    expect(packagesOf(readAll(folder, files)).filter((name) => !(name in own.dependencies))).toEqual([]);
    expect(Object.values(own.dependencies).filter((version) => !exact.test(version))).toEqual([]);
  });

  test('every place that names the version of Kairos names that of package.json', () => {
    const { packages, version: locked } = JSON.parse(read('package-lock.json'));
    expect([locked, packages[''].version]).toEqual([version, version]);
    expect(JSON.parse(read('openapi.json')).info.version).toBe(version);
    expect(/^## (\d\S*\d)/m.exec(read('CHANGELOG.md'))?.[1]).toBe(version);
  });

  test('every package that renovate.json groups is declared', () => {
    const rules: { matchPackageNames: string[] }[] = JSON.parse(read('renovate.json')).packageRules;
    expect(rules.flatMap((rule) => rule.matchPackageNames).filter((name) => !(name in declared))).toEqual([]);
  });

  test('every script checks the version of Node first', () => {
    const check = 'node scripts/check-node.mjs && ';
    expect(Object.keys(scripts).filter((name) => !String(scripts[name]).startsWith(check))).toEqual([]);
  });

  test('every place that names a Node version names the same one', () => {
    const [, needed = ''] = /needed = \[([\d, ]+)\]/.exec(read('scripts/check-node.mjs')) ?? [];
    expect(`>=${needed.split(', ').join('.')}.0`).toBe(engines.node);
    const [, major = ''] = /^>=(\d+)/.exec(engines.node) ?? [];
    expect(Number(read('.nvmrc'))).toBeGreaterThanOrEqual(Number(major));
  });
});
