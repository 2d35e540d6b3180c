import type { Ctx } from '../../context.ts';
import { accountTooYoung, adultsOnly } from './discovery.errors.ts';

const hourMs = 60 * 60 * 1_000;

/** When an account has to have been made by now for its rider to see others. */
export const youngestViewer = (ctx: Ctx): Date =>
  new Date(ctx.now().getTime() - ctx.config.discoveryMinAccountAgeH * hourMs);

/** Whoever wants to see others is an adult whose account was not made for looking. */
export function mayDiscover(ctx: Ctx, viewer: { isAdult: boolean; createdAt: Date } | undefined): void {
  if (!viewer?.isAdult) throw adultsOnly();
  if (viewer.createdAt > youngestViewer(ctx)) throw accountTooYoung();
}
