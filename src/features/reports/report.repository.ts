import { and, eq, isNull, lt, ne, or, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { deleteBatch } from '../../db/delete-batch.ts';
import { riderById } from '../access/access.predicates.ts';
import { otherRiderOfConnection } from '../connections/connection.predicates.ts';
import { users } from '../users/user.table.ts';
import type { RiderReference } from './report.rules.ts';
import { type ReportRow, reports } from './report.table.ts';

/** Whether the rider has made fewer than `max` reports after `since`, or has made this report after `since`. */
export const hasRoom = (reporterId: string, id: string, max: number, since: Date): SQL => sql`
  select count(*) < ${max} or bool_or(id = ${id}) from ${reports}
  where reporter_id = ${reporterId} and last_made_at > ${since.toISOString()}`;

/**
 * A subquery of the rider whom a reference means, which is empty where it means nobody. `knownId` is the id that an id or
 * an encounter names. Locks the rider until the commit ends, so that the account is not deleted meanwhile.
 */
export const riderMeant = ({ by, value }: RiderReference, reporterId: string, knownId: string | null): SQL =>
  by === 'connection_id' ? otherRiderOfConnection(value, reporterId) : riderById(knownId);

type NewReport = Pick<ReportRow, 'id' | 'reporterId' | 'namedBy' | 'reason' | 'message'> & { madeAt: Date };

/** A repeated report replaces the reason and the message of the existing one, and opens it again. */
export function upsertReport(db: Db, { madeAt, ...report }: NewReport, reported: SQL) {
  const isOpen = sql`${reports.state} = 'open'`;
  return db
    .insert(reports)
    .values({ ...report, reportedId: reported, createdAt: madeAt, lastMadeAt: madeAt })
    .onConflictDoUpdate({
      target: reports.id,
      set: {
        reportedId: sql`coalesce(${reports.reportedId}, excluded.reported_id)`,
        reason: report.reason,
        message: report.message,
        state: 'open',
        note: sql`case when ${isOpen} then ${reports.note} else '' end`,
        settledBy: null,
        settledAt: null,
        version: sql`${reports.version} + 1`,
        createdAt: sql`case when ${isOpen} then ${reports.createdAt} else excluded.created_at end`,
        lastMadeAt: madeAt,
      },
    });
}

const columns = {
  id: reports.id,
  state: reports.state,
  reason: reports.reason,
  message: reports.message,
  namedBy: reports.namedBy,
  reporter: sql<Person>`(select json_build_object('id', u.id, 'name', u.name) from ${users} u where u.id = ${reports.reporterId})`,
  reported: { id: users.id, name: users.name, disabledAt: users.disabledAt },
  note: reports.note,
  settledBy: reports.settledBy,
  settledAt: reports.settledAt,
  version: reports.version,
  createdAt: reports.createdAt,
};

type Person = { id: string; name: string };
export type Report = Awaited<ReturnType<typeof selectReport>>[number];

/** Leaves out an open report if an older open one of the same reporter is about the same rider by another reference. */
const isFirstOfPair = sql`(${reports.state} <> 'open' or not exists (
  select from ${reports} r where r.reporter_id = ${reports.reporterId} and r.reported_id = ${reports.reportedId}
    and r.state = 'open' and (r.created_at, r.id) < (${reports.createdAt}, ${reports.id})))`;

type Position = { after: readonly string[] | undefined; limit: number };

/** Reports about existing riders, newest first. */
export const selectReports = (db: Db, state: ReportRow['state'] | undefined, { after, limit }: Position) =>
  db
    .select(columns)
    .from(reports)
    .innerJoin(users, eq(users.id, reports.reportedId))
    .where(
      and(
        state && eq(reports.state, state),
        isFirstOfPair,
        after && sql`(${reports.createdAt}, ${reports.id}) < (${after[0]}::timestamptz, ${after[1]}::uuid)`,
      ),
    )
    .orderBy(sql`${reports.createdAt} desc, ${reports.id} desc`)
    .limit(limit);

export const selectReport = (db: Db, id: string) =>
  db.select(columns).from(reports).innerJoin(users, eq(users.id, reports.reportedId)).where(eq(reports.id, id));

/** Locks the report. The result is true if it is about this rider. */
export const lockReportRow = (id: string, reportedId: string): SQL => sql`
  select true from ${reports} where id = ${id} and reported_id = ${reportedId} for update`;

export const isInState = (id: string, state: ReportRow['state']): SQL =>
  sql`(select state = ${state} from ${reports} where id = ${id})`;

type Settlement = { outcome: Exclude<ReportRow['state'], 'open'>; note: string; settledBy: string; settledAt: Date };

/** Settles the report and all open reports of the same reporter about the same rider. */
export const settleReports = (db: Db, id: string, { outcome, ...settlement }: Settlement) =>
  db
    .update(reports)
    .set({ ...settlement, state: outcome, version: sql`${reports.version} + 1` })
    .where(
      and(
        eq(reports.state, 'open'),
        sql`(reporter_id, reported_id) = (select r.reporter_id, r.reported_id from ${reports} r where r.id = ${id})`,
      ),
    );

export const eraseMessages = (db: Db, reportedId: string) =>
  db.update(reports).set({ message: '', note: '' }).where(eq(reports.reportedId, reportedId));

/** Open reports about existing riders stay until an admin settles them. */
export const deleteOldReports = (db: Db, madeBefore: Date) =>
  deleteBatch(
    db,
    reports,
    reports.id,
    and(lt(reports.lastMadeAt, madeBefore), or(ne(reports.state, 'open'), isNull(reports.reportedId))),
  );
