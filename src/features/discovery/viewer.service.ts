import type { Ctx } from '../../context.ts';
import { accountTooYoung, adultsOnly, riderHidden } from './discovery.errors.ts';

const hourMs = 60 * 60 * 1_000;

/** When an account has to have been made by now for its rider to see others. */
export const youngestViewer = (ctx: Ctx): Date =>
  new Date(ctx.now().getTime() - ctx.config.discoveryMinAccountAgeH * hourMs);

type Viewer = { isAdult: boolean; isOnShow: boolean; createdAt: Date };

/** Whoever wants to see others is an adult, on show as they are, whose account was not made for looking. */
export function mayDiscover(ctx: Ctx, viewer: Viewer | undefined): void {
  if (!viewer?.isAdult) throw adultsOnly();
  if (viewer.createdAt > youngestViewer(ctx)) throw accountTooYoung();
  if (!viewer.isOnShow) throw riderHidden();
}
