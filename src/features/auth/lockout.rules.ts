/** How many wrong passwords it takes, and for how long they make wait; the operator decides. */
export type Lockout = {
  /** Failures in a row from which an account makes whoever tries wait; the wait doubles with each one more. */
  accountThreshold: number;
  /** A network may hold a hostel: it waits only after many failures, whoever they were for. */
  networkThreshold: number;
  firstWaitSeconds: number;
  longestWaitSeconds: number;
  /** From here on only the reset, OAuth and known devices open the account. */
  mostFailures: number;
};

/** After so long a network has one failure less. */
export const networkLeakSeconds = 60;
/** What nobody has tried for so long is forgotten. */
export const forgottenAfterDays = 30;

/** An attempt as it was counted under one of its keys. */
export type Counted = { kind: string; key: string; failures: number; was_locked: boolean };

/** Where the account knows who tries, only what it has counted of those decides: nobody else shuts them out. */
export function isLocked(counted: readonly Counted[]): boolean {
  const known = counted.filter(({ kind }) => kind === 'device');
  return (known.length > 0 ? known : counted).some((row) => row.was_locked);
}

/** Whether this attempt, if it is wrong, is the one that locks the account. */
export const isLocking = (counted: readonly Counted[], { accountThreshold }: Lockout): boolean =>
  counted.some(({ kind, failures }) => kind === 'account' && failures === accountThreshold);
