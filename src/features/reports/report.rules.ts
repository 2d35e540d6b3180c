import { keyedUuid } from '../../lib/keyed-uuid.ts';
import type { ReportRow } from './report.table.ts';

/** How the caller says which rider they mean. */
export type RiderReference = { by: ReportRow['namedBy']; value: string };

export const reportIdOf = (key: Uint8Array, reporterId: string, { by, value }: RiderReference): string =>
  keyedUuid(key, `report:${reporterId}:${by}:${value}`);
