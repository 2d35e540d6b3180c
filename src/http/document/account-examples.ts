import { anna, type Examples, firstPageOf, pageOf, sessionId } from './story.ts';

const password = 'five slow gravel passes';
const newPassword = 'six slow gravel passes';
const mailedToken = 'mQ0t9y5oT2s5d0b9Q3vO1c7y8u6i4r2e0w1q3a5s7d9';
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const { bio, country, email, id, name, username } = anna;
const mailSent = { status: 'accepted' };

const tokens = {
  access_token: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIi…',
  token_type: 'Bearer',
  expires_in: 900,
  refresh_token: `r1.${sessionId}.0.4vN0sX1mJ7eQy9bKc2Tz5uWg8hLrAoPdIfVxBnMqRtY`,
  scope: 'profile:read profile:write journeys:read journeys:write discovery:read account:manage',
};
const deviceToken = `d1.${id}.Zm9yZXN0IHJvYWRzIDEyMw.4vN0sX1mJ7eQy9bKc2Tz5uWg8hLrAoPdIfVxBnMqRtY`;
const tokensOfLogin = { ...tokens, device_token: deviceToken };

const identity = {
  id: '019d76d5-8d00-7689-b6a6-27384c7dcb2d',
  provider: 'google',
  email: 'anna.weber@gmail.com',
  linked_at: '2026-04-10T10:00:00.000Z',
};

const keyId = '019de821-7500-72c7-8e12-b7a0646f9227';
const newKey = { name: 'Backup script', scopes: ['journeys:read'], expires_at: '2027-05-02T10:00:00.000Z' };
const key = {
  id: keyId,
  name: newKey.name,
  prefix: 'kai_1f0c9a7be24d',
  scopes: newKey.scopes,
  is_active: true,
  expires_at: newKey.expires_at,
  last_used_at: null,
  version: 1,
  created_at: '2026-05-02T10:00:00.000Z',
};

const feed = {
  id: '019de821-7501-7d2b-9c64-3f1a5b7c9d0e',
  name: 'My journeys',
  journey_id: null,
  places: true,
  created_at: '2026-05-02T10:05:00.000Z',
};
const feedToken = 'kai_feed_5f0c9a7be24d81c63e9b0a7d4f2e1c8b6a5d3f9e7c1b0a2d4f6e8c0b1a3d5f7e';

const consent = {
  purpose: 'heart_rate',
  statement: {
    version: 1,
    text: 'Kairos keeps the heart rates of the rides that I import, encrypted with a key of my own, so that I can save them to a file with my rides. It shows them to nobody but me. I can withdraw this at any time. Then Kairos deletes them and the key at once, and copies of the key in its backups within 30 days.',
  },
  given: null,
};

const me = {
  id,
  email,
  username,
  name,
  bio,
  country,
  adult: true,
  riders_near: 'weekly',
  privacy_zones: 'set',
  hidden: false,
  role: 'user',
  version: 4,
  created_at: '2026-04-02T17:20:00.000Z',
  updated_at: '2026-04-03T18:24:00.000Z',
};

const zone = {
  id: '019d5496-7600-7543-a33c-48b3c23d3b3e',
  name: 'Home',
  coordinates: { type: 'Point', coordinates: [15.4395, 47.0707] },
  radius_m: 2_000,
  version: 1,
  created_at: '2026-04-03T18:24:00.000Z',
  updated_at: '2026-04-03T18:24:00.000Z',
};
const changedZone = { ...zone, radius_m: 5_000, version: 2, updated_at: '2026-04-20T07:45:00.000Z' };

export const accountExamples: Examples = {
  getJwks: {
    answer: {
      keys: [
        {
          kty: 'EC',
          crv: 'P-256',
          x: 'sEGm6L9vQiDjuZqjjQ46Q0A67CTxOXFfcv8LI7U85ag',
          y: 'Cxcchc1cWmczRpGurvPcjQWN_W6f8ACtsBGqC1kLRug',
          kid: 'kRb5tXzqF0yJm3v8nUe1cWg7hLsAoPdIfVxBnMqRtY4',
          use: 'sig',
          alg: 'ES256',
        },
      ],
    },
  },
  getAuthorizationServer: {
    answer: {
      issuer: 'https://api.kairos.example',
      token_endpoint: 'https://api.kairos.example/v1/auth/token',
      jwks_uri: 'https://api.kairos.example/.well-known/jwks.json',
      scopes_supported: [...tokens.scope.split(' '), 'admin:manage'],
      response_types_supported: [],
      grant_types_supported: ['refresh_token'],
      token_endpoint_auth_methods_supported: ['none'],
      service_documentation: 'https://api.kairos.example/docs',
    },
  },
  register: { body: { email, password, name, username }, answer: mailSent },
  verifyEmail: { body: { token: mailedToken }, answer: { status: 'verified' } },
  resendVerification: { body: { email }, answer: mailSent },
  createToken: { body: { grant_type: 'password', username: email, password }, answer: tokensOfLogin },
  logout: { body: { refresh_token: tokens.refresh_token } },
  listSignInProviders: {
    answer: pageOf({ id: 'google', name: 'Google' }, { id: 'github', name: 'GitHub' }),
  },
  exchangeCode: { body: { code: mailedToken, code_verifier: verifier }, answer: tokensOfLogin },
  listIdentities: { answer: pageOf(identity) },
  linkIdentity: { body: { code: mailedToken, code_verifier: verifier }, answer: identity },
  forgotPassword: { body: { email }, answer: mailSent },
  resetPassword: { body: { token: mailedToken, password: newPassword }, answer: { status: 'reset' } },
  changePassword: { body: { current_password: password, new_password: newPassword }, answer: tokens },
  provePassword: { body: { password }, answer: { authenticated_at: '2026-06-01T06:20:00.000Z' } },
  listSessions: {
    answer: pageOf(
      {
        id: sessionId,
        device: 'Firefox on Android',
        place: 'Graz, AT',
        created_at: '2026-06-01T06:12:00.000Z',
        last_used_at: '2026-06-01T06:12:00.000Z',
        is_current: true,
      },
      {
        id: '019e3c9a-3680-73f5-9120-74c1e1f9872d',
        device: 'Safari on Mac',
        place: null,
        created_at: '2026-05-18T19:40:00.000Z',
        last_used_at: '2026-05-31T20:02:00.000Z',
        is_current: false,
      },
    ),
  },
  listMyAudit: {
    answer: firstPageOf({
      id: '019e81cf-7f80-7b81-b37a-043a6f767e7c',
      at: '2026-06-01T06:12:00.000Z',
      action: 'auth.login',
      subject_id: sessionId,
      user_agent: 'Mozilla/5.0 (Android 16; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0',
      request_id: '019e81cf-7f80-71f5-8b91-45b24d108d7a',
    }),
  },
  receiveMailEvent: { body: { type: 'email.bounced', data: { to: [email], bounce: { type: 'Permanent' } } } },
  createApiKey: { body: newKey, answer: { ...key, token: `${key.prefix}_9b1d…` } },
  listApiKeys: { answer: pageOf({ ...key, last_used_at: '2026-05-31T03:00:00.000Z' }) },
  updateApiKey: { body: { is_active: false }, answer: { ...key, is_active: false, version: 2 } },
  createCalendarFeed: {
    body: { name: feed.name, places: true },
    answer: { ...feed, url: `https://api.kairos.example/v1/calendar/feeds/${feedToken}/kairos.ics` },
  },
  listCalendarFeeds: { answer: pageOf(feed) },
  readCalendarFeed: {
    answer: [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Kairos//Calendar feed//EN',
      `NAME:${feed.name}`,
      'BEGIN:VEVENT',
      'UID:019dad1f-1c00-7c40-8b1e-5e2f4a6c8d90-1@api.kairos.example',
      'SEQUENCE:3',
      'DTSTAMP:20260420T074500Z',
      'DTSTART;VALUE=DATE:20260612',
      'DTEND;VALUE=DATE:20260613',
      'SUMMARY:Day 1: Danube\\, source to sea\\, 95 km',
      'STATUS:CONFIRMED',
      'END:VEVENT',
      'END:VCALENDAR',
    ].join('\r\n'),
  },
  getMe: { answer: me },
  updateMe: {
    body: { bio, country, adult: true, riders_near: 'weekly' },
    answer: me,
  },
  hideMe: { answer: { ...me, hidden: true, version: 5, updated_at: '2026-06-08T19:00:00.000Z' } },
  unhideMe: { answer: { ...me, version: 6, updated_at: '2026-06-10T08:15:00.000Z' } },
  getUser: { answer: { id, name, country, bio } },
  getMyUsage: {
    answer: {
      journeys: { used: 12, max: 500 },
      visible_journeys: { used: 3, max: 20 },
      lines: { used: 40, max: 10_000 },
      points: { used: 310_204, max: 5_000_000 },
      markers: { used: 260, max: 50_000 },
      imports: { used: 38, max: 5_000 },
      bytes: { used: 11_904_310, max: 250_000_000 },
      journeys_per_day: { used: 1, max: 50, resets_at: '2026-06-13T08:30:00.000Z' },
      imports_per_day: { used: 0, max: 100, resets_at: null },
      connection_requests_per_day: { used: 1, max: 10, resets_at: '2026-06-13T08:30:00.000Z' },
    },
  },
  createPrivacyZone: {
    body: { name: zone.name, coordinates: zone.coordinates, radius_m: zone.radius_m },
    answer: zone,
  },
  listConsents: { answer: pageOf(consent) },
  giveConsent: {
    body: { statement_version: 1 },
    answer: { ...consent, given: { at: '2026-05-02T10:10:00.000Z', statement_version: 1 } },
  },
  listPrivacyZones: { answer: pageOf(zone) },
  updatePrivacyZone: { body: { radius_m: changedZone.radius_m }, answer: changedZone },
};
