import { expect, test } from 'vitest';
import { planted } from '../proof/plant.ts';
import { plants } from '../proof/plants.ts';
import { read } from './architecture/files.ts';

test.each(Object.entries(plants))('%s: its place is there, once', (_, plant) => {
  expect(planted(read(plant.file), plant)).not.toBe(read(plant.file));
});
