const maxCharacters = 60;

/** A dot or colon inside a word, which makes it look like an address. */
const insideWord = /[.:](?!\s|$)/gu;
/** A phone number: at least nine digits, with separators. Two adjacent years have only eight. */
const telephone = /\d(?:[^\p{L}\p{N}]{0,3}\d){8,}/gu;
const other = /[^\p{L}\p{M}\p{N}\p{Extended_Pictographic}\s.:,;'’()&+!?–—-]/gu;

/** A rider's text without characters that become a link or change the layout in a mail program. May be empty. */
export function plainText(text: string, max = maxCharacters): string {
  const words = [telephone, insideWord, other, /\s+/g]
    .reduce((left, unwanted) => left.replaceAll(unwanted, ' '), text)
    .trim();
  const characters = [...words];
  return characters.length > max ? `${characters.slice(0, max).join('').trim()}…` : words;
}
