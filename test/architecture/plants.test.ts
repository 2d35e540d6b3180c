import { expect, test } from 'vitest';
import { functionPlantsIn, planted, plantsIn } from '../../proof/support/plant.ts';
import { plants } from '../../proof/support/plants.ts';
import { read } from './files.ts';

const definitionOf = (name: string): string => read(`migrations/functions/${name}.sql`);

test.each(Object.entries(plants))('the source lines of the planted defect "%s" exist exactly once', (_, defect) => {
  for (const plant of plantsIn(defect)) expect(planted(read(plant.file), plant)).not.toBe(read(plant.file));
  for (const { sqlFunction, find } of functionPlantsIn(defect)) expect(definitionOf(sqlFunction)).toContain(find);
});
