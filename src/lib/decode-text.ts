/** A piece of decoded text, or the reason why the bytes cannot be decoded. A failure is always the last item. */
export type DecodedText = { ok: true; text: string } | { ok: false; byteOffset: number; why: string };

type Encoding = { ok: true; label: string; bomBytes: number } | { ok: false; why: string };

const pieceBytes = 65_536;
/** Enough for a byte order mark and an XML declaration, also in UTF-16. */
const headBytes = 1_024;
/** The longest character of any encoding here (UTF-8, gb18030). */
const characterBytes = 4;

const signatures: readonly { bytes: readonly number[]; label: string; bomBytes: number }[] = [
  { bytes: [0xef, 0xbb, 0xbf], label: 'utf-8', bomBytes: 3 },
  { bytes: [0xff, 0xfe], label: 'utf-16le', bomBytes: 2 },
  { bytes: [0xfe, 0xff], label: 'utf-16be', bomBytes: 2 },
  { bytes: [0x3c, 0x00, 0x3f, 0x00], label: 'utf-16le', bomBytes: 0 },
  { bytes: [0x00, 0x3c, 0x00, 0x3f], label: 'utf-16be', bomBytes: 0 },
];

/** Some programs write an empty line before the declaration, which XML does not allow. */
const declaredEncoding = /^\s*<\?xml\s[^>]*?\sencoding\s*=\s*["']([^"'>]{1,40})["']/;

/**
 * Decodes the bytes of an XML file. The encoding is that of the byte order mark, else of the XML declaration, else
 * UTF-8 (XML 1.0, section 4.3.3 and appendix F). Labels are those of the WHATWG Encoding Standard, so ISO-8859-1 is
 * read as windows-1252. The text does not contain the mark. Pieces have about 64 Ki characters.
 *
 * No byte is replaced silently. Bytes outside the encoding, an unknown label, and a declaration that contradicts the
 * bytes end the text with `ok: false` and the offset of the first character that cannot be read.
 */
export async function* decodeText(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<DecodedText, void> {
  let decoder: TextDecoder | undefined;
  let offset = 0;
  let held: Uint8Array = new Uint8Array(0);

  for await (const piece of pieces(bytes)) {
    let unread = join(held, piece);
    if (!decoder) {
      const encoding = encodingOf(unread);
      if (!encoding.ok) return yield { ok: false, byteOffset: 0, why: encoding.why };
      decoder = strictDecoder(encoding.label);
      offset = encoding.bomBytes;
      unread = unread.subarray(offset);
    }
    const decoded = decodeWhole(decoder, unread);
    if (!decoded) return yield failureIn(decoder.encoding, unread, offset);
    if (decoded.text) yield { ok: true, text: decoded.text };
    offset += decoded.usedBytes;
    held = unread.slice(decoded.usedBytes);
  }
  if (decoder && held.length > 0) yield failureIn(decoder.encoding, held, offset);
}

/** Cuts the bytes into pieces of limited length. The first piece is long enough to detect the encoding. */
async function* pieces(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let head: Uint8Array | undefined = new Uint8Array(0);
  for await (const chunk of bytes) {
    const whole: Uint8Array = head ? join(head, chunk) : chunk;
    if (head && whole.length < headBytes) {
      head = whole;
      continue;
    }
    head = undefined;
    for (let at = 0; at < whole.length; at += pieceBytes) yield whole.subarray(at, at + pieceBytes);
  }
  if (head && head.length > 0) yield head;
}

function encodingOf(head: Uint8Array): Encoding {
  if (startsWith(head, [0xff, 0xfe, 0, 0]) || startsWith(head, [0, 0, 0xfe, 0xff])) {
    return { ok: false, why: 'UTF-32 is not supported' };
  }
  const found = signatures.find(({ bytes }) => startsWith(head, bytes));
  const start = head.subarray(found?.bomBytes ?? 0, headBytes);
  const label = declaredEncoding.exec(new TextDecoder(found?.label ?? 'latin1').decode(start))?.[1];
  if (label === undefined) return { ok: true, label: found?.label ?? 'utf-8', bomBytes: found?.bomBytes ?? 0 };

  const declared = canonicalLabel(label);
  if (declared === undefined) return { ok: false, why: `the encoding "${label}" is not supported` };
  const isUtf16 = label.toLowerCase() === 'utf-16' && found?.label.startsWith('utf-16');
  if (found ? declared !== found.label && !isUtf16 : declared.startsWith('utf-16')) {
    return { ok: false, why: `the file says that it is ${label}, but its bytes are not` };
  }
  return { ok: true, label: found?.label ?? declared, bomBytes: found?.bomBytes ?? 0 };
}

/** ISO-2022-JP is not supported: its bytes depend on earlier escape sequences, so a piece cannot be read alone. */
function canonicalLabel(label: string): string | undefined {
  try {
    const { encoding } = new TextDecoder(label);
    return encoding === 'iso-2022-jp' ? undefined : encoding;
  } catch {
    return undefined;
  }
}

/** A byte order mark inside the text is an ordinary character. */
const strictDecoder = (label: string): TextDecoder => new TextDecoder(label, { fatal: true, ignoreBOM: true });

/** Decodes all whole characters. An incomplete last character is left for the next piece. */
function decodeWhole(decoder: TextDecoder, bytes: Uint8Array): { text: string; usedBytes: number } | undefined {
  for (let left = 0; left < characterBytes; left++) {
    const usedBytes = Math.max(0, bytes.length - left);
    try {
      return { text: decoder.decode(bytes.subarray(0, usedBytes)), usedBytes };
    } catch {}
  }
  return undefined;
}

/**
 * Finds the longest prefix that more bytes could still make valid. The bad character begins in it or right after it.
 */
function failureIn(label: string, bytes: Uint8Array, offset: number): DecodedText {
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (canBegin(label, bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  const whole = decodeWhole(strictDecoder(label), bytes.subarray(0, good));
  const why = good === bytes.length ? 'the file ends inside a character' : `no character of ${label} begins here`;
  return { ok: false, byteOffset: offset + (whole?.usedBytes ?? good), why };
}

function canBegin(label: string, bytes: Uint8Array): boolean {
  try {
    strictDecoder(label).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

const startsWith = (bytes: Uint8Array, prefix: readonly number[]): boolean =>
  prefix.every((value, index) => bytes[index] === value);

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
