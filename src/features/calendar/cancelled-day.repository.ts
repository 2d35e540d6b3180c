import type { Db } from '../../db/client.ts';
import { deleteOldest } from '../../db/delete-batch.ts';
import { calendarDays } from './calendar.table.ts';

export const deleteCancelledDays = (db: Db, before: Date) =>
  deleteOldest(db, calendarDays, calendarDays.cancelledAt, before);
