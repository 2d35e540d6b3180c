import type { Segment } from './reading.ts';

type Column = keyof Segment;

/** The points of a whole file, in arrays that grow as points are read. Segments are views of them, not copies. */
export type Columns = {
  /** The number of points. */
  readonly length: () => number;
  /** Adds a point without values. */
  append(): void;
  setLast(column: Column, value: number): void;
  /** The points from `start` to before `end`. */
  cut(start: number, end: number): Segment;
  /** Removes the points from `start` on that have no position. */
  removeUnplaced(start: number): void;
};

const names = [
  'longitudes',
  'latitudes',
  'elevationsM',
  'recordedAtMs',
  'offsetsMinutes',
] as const satisfies readonly Column[];

export function createColumns(maxLength: number): Columns {
  let capacity = Math.min(1_024, maxLength);
  let length = 0;
  const columns = eachColumn(() => new Float64Array(capacity));

  const grow = () => {
    capacity = Math.min(capacity * 2, maxLength);
    for (const name of names) {
      const larger = new Float64Array(capacity);
      larger.set(columns[name]);
      columns[name] = larger;
    }
  };

  return {
    length: () => length,
    append() {
      if (length === capacity) grow();
      for (const name of names) columns[name][length] = Number.NaN;
      length += 1;
    },
    setLast(column, value) {
      columns[column][length - 1] = value;
    },
    cut: (start, end) => eachColumn((name) => columns[name].subarray(start, end)),
    removeUnplaced(start) {
      let end = start;
      for (let index = start; index < length; index++) {
        if (Number.isNaN(columns.longitudes[index])) continue;
        for (const name of names) columns[name].copyWithin(end, index, index + 1);
        end += 1;
      }
      length = end;
    },
  };
}

const eachColumn = (make: (name: Column) => Float64Array): Record<Column, Float64Array> => ({
  longitudes: make('longitudes'),
  latitudes: make('latitudes'),
  elevationsM: make('elevationsM'),
  recordedAtMs: make('recordedAtMs'),
  offsetsMinutes: make('offsetsMinutes'),
});
