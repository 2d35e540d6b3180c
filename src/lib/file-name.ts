/** Characters that a file system does not allow in a name, that break a line, or that turn the direction of the text. */
const unsuitable = /[<>:"/\\|?*\p{Cc}\p{Cs}\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;

/** Devices, which Windows takes for files in every folder and with every extension. */
const device = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\.|$)/i;

/** A name has at most 255 bytes in most file systems. A browser may add a number to it. */
const maxBytes = 200;
const utf8 = new TextEncoder();

/** As many whole characters as fit. */
function cut(text: string): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += utf8.encode(character).length;
    if (bytes > maxBytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** A name that every file system takes, made from the name of a thing. */
export function fileNameOf(name: string, extension: string): string {
  const plain = name.replaceAll(unsuitable, '_').replaceAll(/\s+/g, ' ');
  const stem = cut(plain)
    .replace(/^[. ]+/, '')
    .trimEnd();
  return `${device.test(stem) ? '_' : ''}${stem || 'journey'}.${extension}`;
}

/**
 * A Content-Disposition that saves the response under this name (RFC 6266). A program that does not know `filename*`
 * takes the name in ASCII, in which a percent sign would not be safe (appendix D).
 */
export function attachmentNamed(fileName: string): string {
  const dot = fileName.lastIndexOf('.');
  const plain = fileName
    .slice(0, dot)
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^ -~]|%/gu, '_');
  // A wide slash has become a slash.
  const ascii = fileNameOf(plain, fileName.slice(dot + 1));
  const encoded = encodeURIComponent(fileName).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
