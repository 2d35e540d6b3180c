import type { LeftOut } from './reading.ts';

/** Gathers what a reading leaves out or changes, so that nothing goes missing unsaid. */
export type Receipt = {
  note(where: string, why: string): void;
  /** The text, cut to `maxLength` UTF-16 units but never through a character. */
  shorten(text: string, maxLength: number, where: string, what: string): string;
  leftOut(): LeftOut[];
};

export function createReceipt(maxEntries: number): Receipt {
  const entries: LeftOut[] = [];
  let others = 0;

  const note = (where: string, why: string) => {
    if (entries.length < maxEntries) entries.push({ where, why });
    else others += 1;
  };

  return {
    note,
    shorten(text, maxLength, where, what) {
      if (text.length <= maxLength) return text;
      note(where, `${what} is ${text.length} characters long; the first ${maxLength} were kept`);
      const cut = text.slice(0, maxLength);
      return cut.isWellFormed() ? cut : cut.slice(0, -1);
    },
    leftOut: () => (others > 0 ? [...entries, { where: 'file', why: `and ${others} more` }] : entries),
  };
}
