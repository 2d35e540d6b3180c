import type { Omission } from './reading.ts';

/** Collects the parts of a file that the reader leaves out or shortens, so that the response can list them. */
export type Receipt = {
  note(where: string, why: string): void;
  /** Cuts the text to `maxLength` UTF-16 units, but never inside a character. */
  shorten(text: string, maxLength: number, where: string, what: string): string;
  leftOut(): Omission[];
};

export function createReceipt(maxEntries: number): Receipt {
  const entries: Omission[] = [];
  let unlisted = 0;

  const note = (where: string, why: string) => {
    if (entries.length < maxEntries) entries.push({ where, why });
    else unlisted += 1;
  };

  return {
    note,
    shorten(text, maxLength, where, what) {
      if (text.length <= maxLength) return text;
      note(where, `${what} is ${text.length} characters long; the first ${maxLength} were kept`);
      const cut = text.slice(0, maxLength);
      return cut.isWellFormed() ? cut : cut.slice(0, -1);
    },
    leftOut: () => (unlisted > 0 ? [...entries, { where: 'file', why: `and ${unlisted} more` }] : entries),
  };
}
