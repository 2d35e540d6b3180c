import { expect, test } from 'vitest';
import { networkOf } from '../../src/lib/network.ts';

const same: [what: string, network: string, spellings: string[]][] = [
  [
    'an IPv4 address',
    '192.0.2.1',
    ['192.0.2.1', ' 192.0.2.1 ', '::ffff:192.0.2.1', '::FFFF:192.0.2.1', '::ffff:c000:201', '0:0:0:0:0:ffff:c000:0201'],
  ],
  [
    'all of an IPv6 /56',
    '2001:db8:0:100::/56',
    [
      '2001:db8:0:100::',
      '2001:db8:0:101::1',
      '2001:DB8:0:1ff:ffff:ffff:ffff:ffff',
      '2001:0db8:0000:0100:0000:0000:0000:0001',
      '2001:db8::122:0:0:192.0.2.1',
      '2001:db8:0:1aa:a:b:c:d',
    ],
  ],
  ['the loopback', '0:0:0:0::/56', ['::1', '::', '0::0', '0:0:0:0:0:0:0:1']],
  [
    'anything that is not an address',
    'unknown',
    [
      '',
      ' ',
      'localhost',
      '192.0.2',
      '192.0.2.1.',
      '.192.0.2.1',
      '192.0.2.256',
      '192.0.2.01',
      '0300.0.2.1',
      '0xc0.0.2.1',
      '3221225985',
      '192.0.2.1, 192.0.2.2',
      '192.0.2.1:80',
      '[::1]',
      '::1%eth0',
      ':::',
      '1::2::3',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '2001:db8::12345',
      '2001:db8::g',
      '::ffff:192.0.2.256',
      '1'.repeat(10_000),
      ':'.repeat(10_000),
    ],
  ],
];

test.each(same)('every spelling of %s belongs to the network %s [P2]', (_what, network, spellings) => {
  for (const spelling of spellings) expect(networkOf(spelling), spelling).toBe(network);
});

test('neighbouring addresses belong to different networks [P2]', () => {
  const addresses = [
    '192.0.2.1',
    '192.0.2.2',
    '2001:db8:0:100::1',
    '2001:db8:0:200::1',
    '2001:db8:1:100::1',
    '::1',
    '::ffff:0:1',
    '::ffff:192.0.2.3',
  ];
  expect(new Set(addresses.map(networkOf)).size).toBe(addresses.length);
});

test('requests without an address all belong to the network "unknown" [P2]', () => {
  expect(networkOf(undefined)).toBe('unknown');
});
