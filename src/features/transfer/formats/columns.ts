import { type SensorColumn, sensorColumns } from '../../tracks/sensor.rules.ts';
import type { Segment } from './reading.ts';

type Column = Exclude<keyof Segment, SensorColumn>;

/** The points of a whole file, in arrays that grow as points are read. Segments are views of them, not copies. */
export type Columns = {
  /** The number of points. */
  readonly length: () => number;
  /** Adds a point without values. */
  append(): void;
  setLast(column: Column | SensorColumn, value: number): void;
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
  /** Most files have none of these, so a column is made for the first value. */
  const measured: Partial<Record<SensorColumn, Float64Array>> = {};

  const grow = () => {
    capacity = Math.min(capacity * 2, maxLength);
    for (const name of names) columns[name] = enlarge(columns[name], capacity);
    for (const name of sensorColumns) {
      const column = measured[name];
      if (column) measured[name] = enlarge(column, capacity);
    }
  };

  const columnOf = (name: Column | SensorColumn): Float64Array => {
    if (isSensor(name)) {
      measured[name] ??= new Float64Array(capacity).fill(Number.NaN);
      return measured[name];
    }
    return columns[name];
  };

  return {
    length: () => length,
    append() {
      if (length === capacity) grow();
      for (const name of names) columns[name][length] = Number.NaN;
      length += 1;
    },
    setLast(column, value) {
      columnOf(column)[length - 1] = value;
    },
    cut: (start, end) => {
      const segment: Segment = eachColumn((name) => columns[name].subarray(start, end));
      const sensors = sensorColumns.flatMap((name) => {
        const column = measured[name]?.subarray(start, end);
        return column?.some((value) => !Number.isNaN(value)) ? [[name, column]] : [];
      });
      return { ...segment, ...Object.fromEntries(sensors) };
    },
    removeUnplaced(start) {
      const placed = columns.longitudes.subarray(start, length);
      const first = placed.findIndex((longitude) => Number.isNaN(longitude));
      if (first < 0) return;
      let end = start + first;
      for (let index = end; index < length; index++) {
        if (Number.isNaN(columns.longitudes[index])) continue;
        for (const name of names) columns[name].copyWithin(end, index, index + 1);
        for (const name of sensorColumns) measured[name]?.copyWithin(end, index, index + 1);
        end += 1;
      }
      for (const name of sensorColumns) measured[name]?.fill(Number.NaN, end, length);
      length = end;
    },
  };
}

const enlarge = (column: Float64Array, capacity: number): Float64Array => {
  const larger = new Float64Array(capacity).fill(Number.NaN, column.length);
  larger.set(column);
  return larger;
};

const sensorNames: ReadonlySet<string> = new Set(sensorColumns);
const isSensor = (name: Column | SensorColumn): name is SensorColumn => sensorNames.has(name);

const eachColumn = (make: (name: Column) => Float64Array): Record<Column, Float64Array> => ({
  longitudes: make('longitudes'),
  latitudes: make('latitudes'),
  elevationsM: make('elevationsM'),
  recordedAtMs: make('recordedAtMs'),
  offsetsMinutes: make('offsetsMinutes'),
});
