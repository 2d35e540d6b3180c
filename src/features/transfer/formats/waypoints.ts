import { Fault } from './fault.ts';
import { quote } from './lines.ts';
import { type FilePosition, isNearZero, isZero } from './positions.ts';
import type { Line, ReadingOptions, Waypoint } from './reading.ts';
import type { Receipt } from './receipt.ts';
import { parseTime } from './times.ts';

type Draft = Omit<Waypoint, 'notes' | 'longitude' | 'latitude'> & {
  position: FilePosition | undefined;
  description: string;
  comment: string;
};

type Finished = { waypoint: Waypoint; place: string };

const emptyDraft: Readonly<Draft> = {
  name: '',
  description: '',
  comment: '',
  position: undefined,
  elevationM: undefined,
  recordedAt: undefined,
};

/** Collects the waypoints of a file. */
export function createWaypoints({ limits, latestMs }: ReadingOptions, receipt: Receipt) {
  const finished: Finished[] = [];
  let draft = { ...emptyDraft };
  let place = '';
  let count = 0;

  return {
    /** The current place in the file; empty outside of waypoints. */
    place: () => place,

    /** A file may have a name of its own for the place of a waypoint. */
    start(position: FilePosition, ownPlace?: string) {
      if (count === limits.waypoints) throw new Fault(`more than ${limits.waypoints} waypoints`);
      count += 1;
      place = ownPlace ?? `waypoint ${count}`;
      draft = { ...emptyDraft, position };
    },

    set(values: Partial<Pick<Draft, 'name' | 'description' | 'comment'>>) {
      Object.assign(draft, values);
    },

    /** Sets the elevation; undefined for one that cannot be used. */
    setElevation(elevationM: number | undefined) {
      draft.elevationM = elevationM;
      if (elevationM === undefined) receipt.note('elevation_unusable', place);
    },

    setTime(text: string) {
      if (latestMs === undefined || text.trim() === '') return;
      const time = parseTime(text, latestMs);
      if (time.ok) draft.recordedAt = new Date(time.ms);
      else receipt.note(time.fault, place, quote(text));
    },

    end() {
      const { name, description, comment, position, ...rest } = draft;
      if (position?.ok) {
        if (!name) receipt.note('waypoint_without_name', place);
        const notes = new Set([description, comment].filter(Boolean));
        const waypoint = {
          ...rest,
          longitude: position.longitude,
          latitude: position.latitude,
          name: receipt.shorten(name, limits.nameLength, 'name_shortened', place) || `Waypoint ${count}`,
          notes: receipt.shorten([...notes].join('\n\n'), limits.notesLength, 'notes_shortened', place),
        };
        finished.push({ waypoint, place });
      } else receipt.note('waypoint_without_position', place, position && `Here, ${position.why}.`);
      place = '';
    },

    /** A waypoint at exactly 0, 0 is left out if the file has other things, and all of them are far from there. */
    result(lines: readonly Line[]): Waypoint[] {
      const [zeros, others] = [finished.filter(isAtZero), finished.filter((one) => !isAtZero(one))];
      const isReal = others.length + lines.length === 0 || others.some(isAtNearZero) || lines.some(passesNearZero);
      if (isReal) return finished.map(({ waypoint }) => waypoint);
      for (const zero of zeros) receipt.note('waypoint_without_position', zero.place, 'Here, it is at exactly 0, 0.');
      return others.map(({ waypoint }) => waypoint);
    },
  };
}

const isAtZero = ({ waypoint }: Finished): boolean => isZero(waypoint.longitude, waypoint.latitude);
const isAtNearZero = ({ waypoint }: Finished): boolean => isNearZero(waypoint.longitude, waypoint.latitude);

const passesNearZero = ({ segments }: Line): boolean =>
  segments.some(({ longitudes, latitudes }) =>
    longitudes.some((longitude, index) => isNearZero(longitude, latitudes[index] ?? Number.NaN)),
  );
