// The examples of the document tell one story, so that ids, days and people agree from one answer to the next: Anna
// plans a journey down the Danube through Austria in June 2026, meets Bogdan, and asks an unknown rider to connect.

export const anna = {
  id: '019d4f35-8200-7555-b9b5-57896d0ce176',
  email: 'anna@example.com',
  username: 'anna',
  name: 'Anna Weber',
  bio: 'Slow uphill, slower downhill.',
  country: 'DE',
} as const;

export const bogdan = {
  id: '019cdbed-7be0-7670-8869-c8ff7480e34a',
  name: 'Bogdan Ionescu',
  email: 'bogdan@example.com',
} as const;

/** A rider whom Anna reports, and who sees that somebody else does not want to connect. */
export const max = {
  id: '019e446a-a3e0-7881-bd40-6421e0063ef8',
  name: 'Max Muster',
  email: 'max@example.com',
} as const;

export const adminId = '019b8d62-7a80-78c6-976e-5b5410415bde';

export const journeyId = '019d549b-f440-7cde-9689-2bbebbf6c5fe';
export const bogdansJourney = { id: '019ce3b0-2da0-7232-a6f3-94e0c4a387aa', name: 'Up the Danube' } as const;

export const encounterWithBogdan = 'f70b7769-ae02-876a-9966-e5cb3d831a1f';
export const encounterWithStranger = '2c4f0d8b-6a13-8e57-9b20-d1f4a7c35e68';

export const connectionWithBogdan = '019e7a82-e820-7080-8127-64efce5dcf47';

export const sessionId = '019e81cf-7f80-73f3-af1e-cebbd1410ab4';
export const passau = [13.4648, 48.5744] as const;
export const linz = [14.2861, 48.3064] as const;
export const ybbs = [15.084, 48.177] as const;

/** `answers` has those of a status that differ from `answer`. */
export type Examples = Readonly<
  Record<string, { body?: unknown; answer?: unknown; answers?: Readonly<Record<string, unknown>> }>
>;

/** A list on one page. */
export const pageOf = (...items: readonly unknown[]) => ({ items, next_cursor: null });

/** The first page of a longer list. */
export const firstPageOf = (...items: readonly unknown[]) => ({
  items,
  next_cursor: '3q2-7wEjRWeJq83vASNFZ1siMjAyNi0wNi0xMlQwODozMCJd',
});
