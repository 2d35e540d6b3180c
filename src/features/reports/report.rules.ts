import { keyedUuid } from '../../lib/keyed-uuid.ts';
import type { ReportRow } from './report.table.ts';

/** What somebody is named by. */
export type Named = { by: ReportRow['namedBy']; value: string };

export const reportIdOf = (key: Uint8Array, reporterId: string, { by, value }: Named): string =>
  keyedUuid(key, `report:${reporterId}:${by}:${value}`);
