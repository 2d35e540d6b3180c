const mostCharacters = 60;

/** A dot or colon inside a word is what makes an address of it. */
const insideWord = /[.:](?!\s|$)/gu;
/** Nine digits or more, however they are set apart: what a telephone would call. Two years beside each other are eight. */
const telephone = /\d(?:[^\p{L}\p{N}]{0,3}\d){8,}/gu;
const other = /[^\p{L}\p{M}\p{N}\p{Extended_Pictographic}\s.:,;'’()&+!?–—-]/gu;

/** What a rider wrote, as words that no mail program makes a link of and that move nothing around them; '' for none. */
export function plainWords(text: string, most = mostCharacters): string {
  const words = [telephone, insideWord, other, /\s+/g]
    .reduce((left, unwanted) => left.replaceAll(unwanted, ' '), text)
    .trim();
  const characters = [...words];
  return characters.length > most ? `${characters.slice(0, most).join('').trim()}…` : words;
}
