import type { Ctx } from '../../context.ts';
import { insertSensors } from './sensor.repository.ts';
import type { NewTrackSensors } from './sensor.table.ts';

/** Adds what sensors measured to lines that the commit has inserted. Undefined if there is nothing. */
export const addSensors = (ctx: Ctx, rows: readonly NewTrackSensors[]) =>
  rows.length > 0 ? insertSensors(ctx.db, rows) : undefined;
