import type { Ctx } from '../../context.ts';
import { accountTooYoung, adultsOnly } from './discovery.errors.ts';

const hourMs = 60 * 60 * 1_000;

/** Whoever wants to see others is an adult whose account was not made for looking. */
export function mayDiscover(ctx: Ctx, viewer: { isAdult: boolean; createdAt: Date } | undefined): void {
  if (!viewer?.isAdult) throw adultsOnly();
  const ageMs = ctx.now().getTime() - viewer.createdAt.getTime();
  if (ageMs < ctx.config.discoveryMinAccountAgeH * hourMs) throw accountTooYoung();
}
