/**
 * The network under which a client is counted: an IPv4 address, or an IPv6 /56 in one spelling, because one customer
 * usually has a whole /56. An IPv4-mapped address counts as its IPv4 address. All invalid addresses count as one network.
 */
export function networkOf(address: string | undefined): string {
  const text = (address ?? '').trim().toLowerCase();
  if (isIpv4(text)) return text;
  const groups = ipv6Groups(text);
  if (!groups) return 'unknown';
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped)
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 255])
      .join('.');
  return `${groups
    .slice(0, 4)
    .map((group, index) => (index === 3 ? group & 0xff00 : group).toString(16))
    .join(':')}::/56`;
}

const isIpv4 = (text: string): boolean => /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text);

function ipv6Groups(text: string): number[] | undefined {
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (embedded?.[1] && embedded[2] && isIpv4(embedded[2])) {
    const [a = 0, b = 0, c = 0, d = 0] = embedded[2].split('.').map(Number);
    return ipv6Groups(`${embedded[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`);
  }
  const halves = text.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const [head = [], tail] = halves;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (halves.length > 2 || (tail ? missing < 1 : missing !== 0)) return;
  const groups = [...head, ...Array<string>(tail ? missing : 0).fill('0'), ...(tail ?? [])];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/.test(group))) return;
  return groups.map((group) => Number.parseInt(group, 16));
}
