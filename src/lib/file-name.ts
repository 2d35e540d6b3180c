/** Characters that a file system does not allow in a name, that break a line, or that turn the direction of the text. */
const unsuitable = /[<>:"/\\|?*\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;
const maxLength = 100;

/** A name that every file system takes, made from the name of a thing. */
export function fileNameOf(name: string, extension: string): string {
  const [...characters] = name.replaceAll(unsuitable, '_').replaceAll(/\s+/g, ' ');
  const stem = characters
    .slice(0, maxLength)
    .join('')
    .replace(/^[. ]+/, '')
    .trimEnd();
  return `${stem || 'journey'}.${extension}`;
}

/**
 * A Content-Disposition that saves the response under this name (RFC 6266). A program that does not know `filename*`
 * takes the name in ASCII, in which a percent sign would not be safe (appendix D).
 */
export function attachmentNamed(fileName: string): string {
  const ascii = fileName
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^ -~]|["\\%]/gu, '_');
  const encoded = encodeURIComponent(fileName).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
