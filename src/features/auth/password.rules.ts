export const resetTtlMs = 60 * 60 * 1_000;

const minLength = 8;
const maxBytes = 1_024;

/** Why a password is refused, as a sentence for the rider who chose it; `undefined` for a good one. */
export async function passwordFault(
  password: string,
  { email, username }: { email: string; username?: string | undefined },
): Promise<string | undefined> {
  const text = password.normalize('NFKC');
  if ([...text].length < minLength) return `The password is too short. Use at least ${minLength} characters.`;
  if (isTooLongPassword(password)) return `The password is too long. Use at most ${maxBytes} bytes.`;
  const folded = text.toLowerCase();
  const { isCommonPassword } = await import('../../lib/common-passwords.ts');
  if (isCommonPassword(folded)) return 'The password is one of the most common ones. Choose another one.';
  const known = ['kairos', email, email.split('@')[0] ?? '', username?.toLowerCase() ?? ''];
  if (known.some((word) => word.length >= 3 && isMostly(folded, word)))
    return 'The password is too similar to your address, your username or the name Kairos. Choose another one.';
  return;
}

/** Checked before hashing, so that a long text does not cause long work. Measured in NFKC, the form that is hashed. */
export const isTooLongPassword = (password: string): boolean =>
  new TextEncoder().encode(password.normalize('NFKC')).length > maxBytes;

/** The word and a few more characters, such as `kairos2026!`. */
const isMostly = (text: string, word: string): boolean => text.includes(word) && text.length - word.length < minLength;
