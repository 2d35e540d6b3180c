import { expect, test } from 'vitest';
import { applyChange, functionChangesOf, sourceChangesOf } from '../../proof/support/defect.ts';
import { defects } from '../../proof/support/defects.ts';
import { read } from './files.ts';

const definitionOf = (name: string): string => read(`migrations/functions/${name}.sql`);

test.each(Object.entries(defects))('the source lines of the injected defect "%s" exist exactly once', (_, defect) => {
  for (const change of sourceChangesOf(defect))
    expect(applyChange(read(change.file), change)).not.toBe(read(change.file));
  for (const { sqlFunction, find } of functionChangesOf(defect)) expect(definitionOf(sqlFunction)).toContain(find);
});
