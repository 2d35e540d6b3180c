/** Failures in a row from which an account makes whoever tries wait; the wait doubles with each one more. */
export const accountThreshold = 5;
/** A network may hold a hostel: it waits only after many failures, whoever they were for. */
export const networkThreshold = 50;
/** After so long a network has one failure less. */
export const networkLeakSeconds = 60;
export const firstWaitSeconds = 30;
export const longestWaitSeconds = 30 * 60;
/** From here on only the reset, OAuth and known devices open the account (NIST SP 800-63B-4, 3.2.2). */
export const mostFailures = 100;
/** What nobody has tried for so long is forgotten. */
export const forgottenAfterDays = 30;
