const mostCharacters = 60;

/** A dot or colon inside a word is what makes an address of it. */
const insideWord = /[.:](?!\s|$)/gu;
const other = /[^\p{L}\p{M}\p{N}\p{Extended_Pictographic}\s.:,;'’()&+!?–—-]/gu;

/** What a rider wrote, as words that no mail program makes a link of and that move nothing around them; '' for none. */
export function plainWords(text: string): string {
  const words = text.replaceAll(insideWord, ' ').replaceAll(other, ' ').replaceAll(/\s+/g, ' ').trim();
  const characters = [...words];
  return characters.length > mostCharacters ? `${characters.slice(0, mostCharacters).join('').trim()}…` : words;
}
