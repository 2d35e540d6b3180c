const hourMs = 60 * 60 * 1_000;

/** The latest time at which an account was created whose rider may see others now. */
export const joinDeadline = (now: Date, minAccountAgeH: number): Date =>
  new Date(now.getTime() - minAccountAgeH * hourMs);

export type Viewer = { isAdult: boolean; isOnShow: boolean; createdAt: Date };
export type ViewerFault = 'not_adult' | 'account_too_young' | 'hidden';

/** A viewer is an adult, can be seen by others, and did not create the account just to look. */
export function viewerFault(viewer: Viewer | undefined, joinedBy: Date): ViewerFault | undefined {
  if (!viewer?.isAdult) return 'not_adult';
  if (viewer.createdAt > joinedBy) return 'account_too_young';
  return viewer.isOnShow ? undefined : 'hidden';
}
