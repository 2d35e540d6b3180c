import { type Ctx, requireScope } from '../../context.ts';
import type { Guard } from '../../db/commit.ts';
import type { AppError, AppErrorDetails } from '../../errors.ts';
import { lockRider } from '../access/access.guards.ts';
import type { CountedKind } from './daily-count.table.ts';
import {
  tooManyBytes,
  tooManyImports,
  tooManyImportsToday,
  tooManyJourneys,
  tooManyJourneysToday,
  tooManyLinesInAll,
  tooManyMarkersInAll,
  tooManyPoints,
  tooManyVisibleJourneys,
} from './usage.errors.ts';
import {
  hasRoomForBytes,
  hasRoomForImports,
  hasRoomForJourney,
  hasRoomForLines,
  hasRoomForMarkers,
  hasRoomForNewMarkers,
  hasRoomForPoints,
  hasRoomForVisibleJourney,
  isUnderDailyLimit,
  mayCreateJourneyToday,
} from './usage.repository.ts';
import { dayBefore, dayS, maxPerRider as max } from './usage.rules.ts';

const ownerOf = (ctx: Ctx): string => requireScope(ctx, 'journeys:write').userId;

const state = (condition: Guard['condition'], error: () => AppError): Guard => ({ stage: 'state', condition, error });

/** Parallel commits of one rider are counted one after the other, so that together they do not pass a bound. */
const lockOwner = (ctx: Ctx): Guard => lockRider(ownerOf(ctx), 'no key update');

const perDay = (ctx: Ctx, kind: CountedKind, error: (details: AppErrorDetails) => AppError) => {
  const maxToday = ctx.config.maxPerDay[kind];
  const quota = { name: kind, max: maxToday, left: 0, periodSeconds: dayS, resetSeconds: dayS };
  return { max: maxToday, since: dayBefore(ctx.now()).toISOString(), error: () => error({ quota }) };
};

/** The rider, who is already locked, may make one more request to connect today. */
export function requireConnectionRequestToday(ctx: Ctx, tooMany: (details: AppErrorDetails) => AppError): Guard {
  const { userId } = requireScope(ctx, 'profile:write');
  const { error, ...today } = perDay(ctx, 'connection_requests', tooMany);
  return state(isUnderDailyLimit({ userId, kind: 'connection_requests', ...today }), error);
}

/** The rider may create one more journey, in all and today. A journey that exists already needs no room. */
export function requireRoomForJourney(ctx: Ctx, journeyId: string): Guard[] {
  const ownerId = ownerOf(ctx);
  const { error, ...today } = perDay(ctx, 'journeys', tooManyJourneysToday);
  return [
    lockOwner(ctx),
    state(hasRoomForJourney({ ownerId, journeyId, max: max.journeys }), tooManyJourneys),
    state(mayCreateJourneyToday({ userId: ownerId, journeyId, ...today }), error),
  ];
}

/** Others may see one more journey of the rider, or see this one already. */
export const requireRoomForVisibleJourney = (ctx: Ctx, journeyId: string): Guard[] => [
  lockOwner(ctx),
  state(
    hasRoomForVisibleJourney({ ownerId: ownerOf(ctx), journeyId, max: max.visibleJourneys }),
    tooManyVisibleJourneys,
  ),
];

type ImportSize = { lines: number; points: number; markers: number; bytes: number };

/** The rider may import one more file, in all and today, and there is room for its lines and markers. */
export const requireRoomForImport = (ctx: Ctx, size: ImportSize): Guard[] => [
  ...requireImportToday(ctx),
  state(hasRoomForImports({ ownerId: ownerOf(ctx), more: 1, max: max.imports }), tooManyImports),
  ...requireRoomInAll(ctx, size),
];

/** The rider may import one more file today. */
export function requireImportToday(ctx: Ctx): Guard[] {
  const { error, ...today } = perDay(ctx, 'imports', tooManyImportsToday);
  return [lockOwner(ctx), state(isUnderDailyLimit({ userId: ownerOf(ctx), kind: 'imports', ...today }), error)];
}

function requireRoomInAll(ctx: Ctx, { lines, points, markers, bytes }: ImportSize): Guard[] {
  const ownerId = ownerOf(ctx);
  return [
    state(hasRoomForLines({ ownerId, more: lines, max: max.lines }), tooManyLinesInAll),
    state(hasRoomForPoints({ ownerId, more: points, max: max.points }), tooManyPoints),
    state(hasRoomForNewMarkers({ ownerId, more: markers, max: max.markers }), tooManyMarkersInAll),
    state(hasRoomForBytes({ ownerId, more: bytes, max: max.bytes }), tooManyBytes),
  ];
}

/** For the outcome of a commit that has replaced lines and markers and has locked the rider. */
export const requireSizesWithinBounds = (ctx: Ctx): Guard[] =>
  requireRoomInAll(ctx, { lines: 0, points: 0, markers: 0, bytes: 0 });

/** The rider may have these markers in addition. An existing marker needs no room. */
export const requireRoomForMarkersInAll = (
  ctx: Ctx,
  journeyId: string,
  drafts: readonly { id?: string | undefined }[],
): Guard[] => [
  lockOwner(ctx),
  state(
    hasRoomForMarkers({
      ownerId: ownerOf(ctx),
      journeyId,
      ids: drafts.flatMap(({ id }) => id ?? []),
      more: drafts.length,
      max: max.markers,
    }),
    tooManyMarkersInAll,
  ),
];

/** For the outcome of a commit that has written texts and has locked the rider. */
export const requireBytesWithinBound = (ctx: Ctx): Guard =>
  state(hasRoomForBytes({ ownerId: ownerOf(ctx), more: 0, max: max.bytes }), tooManyBytes);
