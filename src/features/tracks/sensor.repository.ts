import type { Db } from '../../db/client.ts';
import { type NewTrackSensors, trackSensors } from './sensor.table.ts';

export const insertSensors = (db: Db, rows: readonly NewTrackSensors[]) => db.insert(trackSensors).values([...rows]);
