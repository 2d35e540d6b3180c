/** Characters that turn the direction of the text around them. The marks of Arabic and Hebrew writing are none of them. */
const turnsDirection = /[\u202A-\u202E\u2066-\u2069]/u;
const breaksLine = /[\p{Cc}\u2028\u2029]/u;
/** Spaces, marks, and characters without a shape. U+2800 is the Braille pattern without dots. */
const unseen = /[\s\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** What is wrong with a text that strangers see. */
export const textFault = (text: string): string | undefined =>
  turnsDirection.test(text) ? 'Must not contain characters that change the direction of the text.' : undefined;

/** What is wrong with a name that strangers see. */
export function nameFault(text: string): string | undefined {
  if (breaksLine.test(text)) return 'Must be one line.';
  if (text.replaceAll(unseen, '') === '') return 'Must contain a visible character.';
  return textFault(text);
}

/** What is wrong with the name of a rider, who must not be taken for Kairos itself. */
export const riderNameFault = (text: string): string | undefined =>
  nameFault(text) ?? (looksLikeOurs(text) ? 'Must not look like a name of Kairos.' : undefined);

/** By a letter of our name: the characters that look like it. */
const lookAlikes = { k: 'кκᴋқҡ', a: 'аαᴀɑ@4', i: 'іιɪıӏl1!|', r: 'гʀɾ', o: 'оοσօᴏ0', s: 'ѕꜱʂ5$' };
const letterFor = new Map(
  Object.entries(lookAlikes).flatMap(([letter, others]) => [...others].map((other) => [other, letter] as const)),
);

const plainLetters = (text: string): string =>
  [
    ...text
      .normalize('NFKD')
      .toLowerCase()
      .replaceAll(/[\p{C}\p{M}\p{Default_Ignorable_Code_Point}]/gu, ''),
  ]
    .map((character) => letterFor.get(character) ?? character)
    .join('');

const ourNames = new Set(
  ['', 'the', 'team'].flatMap((before) =>
    ['', 'team', 'support', 'staff', 'crew', 'admin', 'help', 'app', 'official', 'security'].map((after) =>
      plainLetters(`${before}kairos${after}`),
    ),
  ),
);

/** A word that contains our name, or a name that is ours without its spaces. "Kai Rossi" is neither. */
function looksLikeOurs(text: string): boolean {
  const words = plainLetters(text)
    .split(/[\s_\p{Pd}]+/u)
    .map((word) => word.replaceAll(/[^\p{L}\p{N}]/gu, ''));
  return words.some((word) => word.includes('kairos')) || ourNames.has(words.join(''));
}
