import { densify, type Position, type Stretch } from './geodesy.ts';
import { cellAt } from './grid.ts';

/**
 * The cells that a line passes, in order, and where (metres along the line) and when (ms since 1970 or NaN) it enters
 * each.
 */
export type Passages = { cells: number[]; entriesM: number[]; entriesAtMs: number[] };

/** Far less than the width of a cell, so that only a corner shorter than this can be missed. */
const maxStepM = 500;

type MeasuredStretch = Stretch & { distancesM: Float64Array; recordedAtMs: Float64Array };

/** Finds the cells of a line without `trimM` metres at both of its ends. */
export function passagesOf(stretches: readonly MeasuredStretch[], trimM: number): Passages {
  const lengthM = stretches.at(-1)?.distancesM.at(-1) ?? 0;
  const passages: Passages = { cells: [], entriesM: [], entriesAtMs: [] };

  const visit = (position: Position, alongM: number, atMs: number) => {
    const cell = cellAt(position);
    if (alongM < trimM || alongM > lengthM - trimM || passages.cells.at(-1) === cell) return;
    passages.cells.push(cell);
    passages.entriesM.push(alongM);
    passages.entriesAtMs.push(atMs);
  };

  for (const { longitudes, latitudes, distancesM, recordedAtMs } of stretches) {
    let before: { position: Position; alongM: number; atMs: number } | undefined;
    longitudes.forEach((longitude, index) => {
      const position: Position = [longitude, latitudes[index] ?? Number.NaN];
      const [alongM, atMs] = [distancesM[index] ?? Number.NaN, recordedAtMs[index] ?? Number.NaN];
      if (before && alongM - before.alongM > maxStepM) {
        const { position: from, alongM: fromM, atMs: fromMs } = before;
        const steps = densify(from, position, maxStepM);
        steps.forEach((step, n) => {
          const share = (n + 1) / (steps.length + 1);
          visit(step, fromM + share * (alongM - fromM), fromMs + share * (atMs - fromMs));
        });
      }
      visit(position, alongM, atMs);
      before = { position, alongM, atMs };
    });
  }
  return passages;
}
