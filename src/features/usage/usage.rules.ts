/** Far more than a rider needs, but little enough that no account fills the database. */
export const maxPerRider = {
  journeys: 500,
  visibleJourneys: 20,
  lines: 10_000,
  points: 5_000_000,
  markers: 50_000,
  imports: 5_000,
  /** Of lines, and of the names and notes of markers. */
  bytes: 250_000_000,
};

export const dayS = 24 * 60 * 60;

/** A daily count that started at this time or before has ended. */
export const dayBefore = (now: Date): Date => new Date(now.getTime() - dayS * 1_000);

/** The UTF-8 length of the texts of a marker. */
export const textBytes = ({ name, notes }: { name: string; notes: string }): number =>
  new TextEncoder().encode(name + notes).length;
