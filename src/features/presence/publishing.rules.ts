/**
 * How much of publishing happens at once. The unit is one point of a line to cut; `publishing_work` says what a line, a
 * marker and a day count.
 */
export const maxWork = {
  /** In the commit that changes a journey or a zone: about a third of a second, and enough for most riders. */
  inCommit: 100_000,
  /** In each transaction after it. A line is cut as a whole, so one of 300,000 points may come on top. */
  inPiece: 200_000,
} as const;

/** So many pieces that a rider with all points that an account may have is done after one run, and others have their turn. */
export const maxPieces = { perRider: 40, perRun: 120 } as const;
