const browsers: readonly [name: string, pattern: RegExp][] = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Chrome|CriOS)\//],
  ['Safari', /\bSafari\//],
];
const systems: readonly [name: string, pattern: RegExp][] = [
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['Mac', /\bMac(?:intosh| OS X)\b/],
  ['Linux', /\bLinux\b/],
];

const firstOf = (list: typeof browsers, userAgent: string): string | undefined =>
  list.find(([, pattern]) => pattern.test(userAgent))?.[0];

/** A name from the lists above, which may stand in a mail as no stranger's text may; `undefined` for other devices. */
export function listedDeviceName(userAgent: string): string | undefined {
  const [browser, system] = [firstOf(browsers, userAgent), firstOf(systems, userAgent)];
  return browser && system ? `${browser} on ${system}` : (browser ?? system);
}

/** A name by which a rider recognises a device: `Firefox on Android`, or the name of the app. */
export const deviceName = (userAgent: string): string =>
  listedDeviceName(userAgent) ?? (userAgent.split(/[/ (]/, 1)[0] || 'Unknown device');
