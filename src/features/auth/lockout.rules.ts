/** How many wrong passwords lead to a wait, and how long it is. The operator may change the numbers. */
export type Lockout = {
  /** From this many failures in a row on, an account makes everybody wait. Each further failure doubles the wait. */
  accountThreshold: number;
  /** The same for a network, whatever accounts it tries. Higher, because a hostel may share one network. */
  networkThreshold: number;
  firstWaitSeconds: number;
  longestWaitSeconds: number;
  /** From this many failures on, only a reset, a sign-in provider or a known device opens the account. */
  maxFailures: number;
};

/** The count of a network falls by one after this time. */
export const networkLeakSeconds = 60;
/** A count is deleted this long after its last attempt. */
export const attemptRetentionDays = 30;

/** The count of an attempt under one of its keys. */
export type AttemptCount = { kind: string; key: string; failures: number; was_locked: boolean };

/** For a known device only the count of known devices decides, so that strangers cannot lock its rider out. */
export function isLocked(counts: readonly AttemptCount[]): boolean {
  const known = counts.filter(({ kind }) => kind === 'device');
  return (known.length > 0 ? known : counts).some((row) => row.was_locked);
}

/** If this attempt is wrong, it is the one that locks the account. */
export const isLocking = (counts: readonly AttemptCount[], { accountThreshold }: Lockout): boolean =>
  counts.some(({ kind, failures }) => kind === 'account' && failures === accountThreshold);
