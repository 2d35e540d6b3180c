import { type Segment, type Sensor, sensors } from './reading.ts';

type Column = Exclude<keyof Segment, Sensor>;

/** The points of a whole file, in arrays that grow as points are read. Segments are views of them, not copies. */
export type Columns = {
  /** The number of points. */
  readonly length: () => number;
  /** Adds a point without values. */
  append(): void;
  setLast(column: Column | Sensor, value: number): void;
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
  const sensorColumns: Partial<Record<Sensor, Float64Array>> = {};

  const grow = () => {
    capacity = Math.min(capacity * 2, maxLength);
    for (const name of names) columns[name] = enlarge(columns[name], capacity);
    for (const name of sensors) {
      const column = sensorColumns[name];
      if (column) sensorColumns[name] = enlarge(column, capacity);
    }
  };

  const columnOf = (name: Column | Sensor): Float64Array => {
    if (isSensor(name)) {
      sensorColumns[name] ??= new Float64Array(capacity).fill(Number.NaN);
      return sensorColumns[name];
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
      const measured = sensors.flatMap((name) => {
        const column = sensorColumns[name]?.subarray(start, end);
        return column?.some((value) => !Number.isNaN(value)) ? [[name, column]] : [];
      });
      return { ...segment, ...Object.fromEntries(measured) };
    },
    removeUnplaced(start) {
      const placed = columns.longitudes.subarray(start, length);
      const first = placed.findIndex((longitude) => Number.isNaN(longitude));
      if (first < 0) return;
      let end = start + first;
      for (let index = end; index < length; index++) {
        if (Number.isNaN(columns.longitudes[index])) continue;
        for (const name of names) columns[name].copyWithin(end, index, index + 1);
        for (const name of sensors) sensorColumns[name]?.copyWithin(end, index, index + 1);
        end += 1;
      }
      for (const name of sensors) sensorColumns[name]?.fill(Number.NaN, end, length);
      length = end;
    },
  };
}

const enlarge = (column: Float64Array, capacity: number): Float64Array => {
  const larger = new Float64Array(capacity).fill(Number.NaN, column.length);
  larger.set(column);
  return larger;
};

const sensorNames: ReadonlySet<string> = new Set(sensors);
const isSensor = (name: Column | Sensor): name is Sensor => sensorNames.has(name);

const eachColumn = (make: (name: Column) => Float64Array): Record<Column, Float64Array> => ({
  longitudes: make('longitudes'),
  latitudes: make('latitudes'),
  elevationsM: make('elevationsM'),
  recordedAtMs: make('recordedAtMs'),
  offsetsMinutes: make('offsetsMinutes'),
});
