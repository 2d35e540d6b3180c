import { expect, test } from 'vitest';
import { attachmentNamed, fileNameOf } from '../../src/lib/file-name.ts';

test.each([
  ['Danube, source to sea', 'Danube, source to sea.gpx'],
  ['../../etc/passwd', '_.._etc_passwd.gpx'],
  ['a<b>c:d"e/f\\g|h?i*j', 'a_b_c_d_e_f_g_h_i_j.gpx'],
  ['one\r\ntwo\u2028three', 'one__two_three.gpx'],
  ['gpj.\u202efdp', 'gpj._fdp.gpx'],
  ['  . ', 'journey.gpx'],
  ['', 'journey.gpx'],
  ['Zürich – 東京 🚲', 'Zürich – 東京 🚲.gpx'],
  ['🚲'.repeat(150), `${'🚲'.repeat(50)}.gpx`],
  [`a${'東'.repeat(100)}`, `a${'東'.repeat(66)}.gpx`],
  ['nul', '_nul.gpx'],
  ['COM1 . east', '_COM1 . east.gpx'],
  ['CONIN$', '_CONIN$.gpx'],
  ['Console', 'Console.gpx'],
  ['a\u200fb\u061cc', 'a_b_c.gpx'],
])('the file of a journey named %j is named %j [L5]', (name, expected) => {
  expect(fileNameOf(name, 'gpx')).toBe(expected);
});

test.each([
  ['Danube.gpx', 'filename="Danube.gpx"', "UTF-8''Danube.gpx"],
  ['Zürich – 東京.gpx', 'filename="Zurich _ __.gpx"', "UTF-8''Z%C3%BCrich%20%E2%80%93%20%E6%9D%B1%E4%BA%AC.gpx"],
  ['／etc／passwd.gpx', 'filename="_etc_passwd.gpx"', "UTF-8''%EF%BC%8Fetc%EF%BC%8Fpasswd.gpx"],
  ['ＣＯＮ.gpx', 'filename="_CON.gpx"', "UTF-8''%EF%BC%A3%EF%BC%AF%EF%BC%AE.gpx"],
  [`100% "it's" (a*b).gpx`, `filename="100_ _it's_ (a_b).gpx"`, "UTF-8''100%25%20%22it%27s%22%20%28a%2Ab%29.gpx"],
])('the name %j is sent in ASCII and in UTF-8, as RFC 6266 says', (name, ascii, encoded) => {
  const header = attachmentNamed(name);
  expect(header).toBe(`attachment; ${ascii}; filename*=${encoded}`);
  expect(header).toMatch(/^[ -~]+$/);
});

test('a name in ASCII is not longer than a file system takes, whatever it is made from', () => {
  const [ascii] = /(?<=filename=")[^"]*/.exec(attachmentNamed(`${'\uFDFA'.repeat(66)}.gpx`)) ?? [];
  expect(ascii).toMatch(/^[ -~]{1,200}\.gpx$/);
});
