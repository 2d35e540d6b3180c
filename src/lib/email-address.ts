const maxLength = 254;
const maxLocalLength = 64;
const localPart = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const domainText = /^[\p{L}\p{M}\p{N}-]+(?:\.[\p{L}\p{M}\p{N}-]+)+$/u;
const hostname = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;

/**
 * The one spelling under which an address is stored: NFKC, then lower case, then the domain in its ASCII form
 * (IDNA, UTS 46). `undefined` for a text that is not one plain address (RFC 5321 lengths, no display name).
 */
export function normaliseEmail(text: string): string | undefined {
  if (text.length > maxLength) return;
  const [local, domain, ...rest] = text.normalize('NFKC').toLowerCase().split('@');
  if (!local || !domain || rest.length > 0) return;
  if (local.length > maxLocalLength || !localPart.test(local) || !domainText.test(domain)) return;
  const ascii = asciiDomain(domain);
  const address = `${local}@${ascii}`;
  return ascii && hostname.test(ascii) && address.length <= maxLength ? address : undefined;
}

function asciiDomain(domain: string): string | undefined {
  try {
    return new URL(`http://${domain}/`).hostname;
  } catch {
    return undefined;
  }
}
