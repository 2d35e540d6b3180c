import { Fault } from './fault.ts';
import type { ReadingLimits, Waypoint } from './reading.ts';
import type { Receipt } from './receipt.ts';

type Draft = Omit<Waypoint, 'notes'> & { description: string; comment: string };

const emptyDraft: Readonly<Draft> = {
  name: '',
  description: '',
  comment: '',
  longitude: Number.NaN,
  latitude: Number.NaN,
  elevationM: undefined,
  recordedAt: undefined,
};

/** Collects the waypoints of a file. */
export function createWaypoints(
  limits: Pick<ReadingLimits, 'waypoints' | 'nameLength' | 'notesLength'>,
  receipt: Receipt,
) {
  const finished: Waypoint[] = [];
  let draft = { ...emptyDraft };
  let place = '';
  let namelessCount = 0;

  return {
    /** The current place in the file; empty outside of waypoints. */
    place: () => place,

    start() {
      if (finished.length === limits.waypoints) throw new Fault(`more than ${limits.waypoints} waypoints`);
      place = `waypoint ${finished.length + 1}`;
      draft = { ...emptyDraft };
    },

    set(values: Partial<Pick<Draft, 'name' | 'description' | 'comment' | 'longitude' | 'latitude'>>) {
      Object.assign(draft, values);
    },

    setElevation(elevationM: number | undefined) {
      draft.elevationM = elevationM;
      if (elevationM === undefined) receipt.note(place, 'the elevation is not valid');
    },

    setTime(recordedAtMs: number | undefined) {
      draft.recordedAt = recordedAtMs === undefined ? undefined : new Date(recordedAtMs);
      if (recordedAtMs === undefined) receipt.note(place, 'the time is empty');
    },

    end() {
      const { name, description, comment, ...rest } = draft;
      if (!name) namelessCount += 1;
      const notes = new Set([description, comment].filter(Boolean));
      finished.push({
        ...rest,
        name: receipt.shorten(name, limits.nameLength, place, 'the name') || `Waypoint ${finished.length + 1}`,
        notes: receipt.shorten([...notes].join('\n\n'), limits.notesLength, place, 'the description'),
      });
      place = '';
    },

    result(): Waypoint[] {
      if (namelessCount > 0)
        receipt.note('file', `waypoints without a name, which got one such as “Waypoint 1”: ${namelessCount}`);
      return finished;
    },
  };
}
