import { expect, test } from 'vitest';
import { functionPlantsIn, planted, plantsIn } from '../../proof/support/plant.ts';
import { plants } from '../../proof/support/plants.ts';
import { read, readAll } from './files.ts';

const migrations = readAll('migrations', '*.sql');

/** As the last migration that says so makes it. */
const definitionOf = (name: string): string => {
  const made = migrations.flatMap(({ text }) =>
    text.split('CREATE ').filter((part) => part.includes(`FUNCTION ${name}(`)),
  );
  return made.at(-1) ?? '';
};

test.each(Object.entries(plants))('%s: its places are there, once', (_, defect) => {
  for (const plant of plantsIn(defect)) expect(planted(read(plant.file), plant)).not.toBe(read(plant.file));
  for (const { sqlFunction, find } of functionPlantsIn(defect)) expect(definitionOf(sqlFunction)).toContain(find);
});
