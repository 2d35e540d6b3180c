import type { Audience } from './audience.rules.ts';

/**
 * Who gets a field of another rider's things. Riders `nearby` meet a journey in a search that does not exist for them
 * otherwise. A rider who is `asked` has a request to connect.
 */
export const fieldAudiences = ['nearby', 'rider', 'asked', 'connection', 'exact'] as const;
export type FieldAudience = Exclude<Audience, 'owner' | 'nobody'> | (typeof fieldAudiences)[number];

/** How each audience gets a field: how old and how coarse. An audience that is not named never gets it, or gets null. */
type Shown = Partial<Record<FieldAudience, string>>;

const exactly: Shown = { exact: 'yes' };
const publicly: Shown = { rider: 'yes', connection: 'yes', exact: 'yes' };
const always: Shown = { nearby: 'yes', rider: 'yes', connection: 'yes', exact: 'yes' };
const ofPublic: Shown = { rider: 'if public', connection: 'yes', exact: 'yes' };
const ofRequest: Shown = { asked: 'yes', connection: 'yes', exact: 'yes' };
const ofConnection: Shown = { connection: 'yes', exact: 'yes' };
const neverShown: Shown = {};
const line: Shown = {
  rider: 'rides after `delay_h`; no zones, no ends',
  connection: 'rides after `delay_h`; no zones, no ends',
  exact: 'rides at once; no zones, no ends',
};
const shape = { type: line, coordinates: line };
const days: Shown = {
  nearby: 'three approximate days',
  rider: 'three approximate days',
  connection: 'a day',
  exact: 'a day',
};
const places: Shown = {
  nearby: 'cells of 25 km',
  rider: 'cells of 25 km',
  connection: 'cells of 25 km',
  exact: 'cells of 25 km',
};

/** By the schemas of openapi.json. A field that is missing here may not be in an answer: a test compares the two. */
export const shownFields: Readonly<Record<string, Readonly<Record<string, Shown>>>> = {
  PublicJourney: {
    view: publicly,
    id: publicly,
    owner_id: publicly,
    name: publicly,
    description: publicly,
    status: { rider: 'after `delay_h`', connection: 'after `delay_h`', exact: 'at once' },
    visibility: publicly,
  },
  Journey: {
    view: exactly,
    id: exactly,
    owner_id: exactly,
    name: exactly,
    description: exactly,
    status: { exact: 'at once' },
    visibility: exactly,
    starts_on: exactly,
    daily_distance_m: exactly,
    delay_h: exactly,
    is_publishing: exactly,
    version: exactly,
    created_at: exactly,
    updated_at: exactly,
  },
  JourneyRoute: { type: line, features: line },
  RouteLine: { type: line, id: line, geometry: line, properties: line },
  GeoLineString: shape,
  GeoMultiLineString: shape,
  RouteLineProperties: { name: neverShown, distance_m: line, ascent_m: neverShown },
  JourneyExport: { type: publicly, name: publicly, features: line },
  ExportedFeature: { type: line, id: line, geometry: line, properties: line },
  ExportedProperties: {
    kind: line,
    name: neverShown,
    coordTimes: neverShown,
    notes: neverShown,
    marker_type: neverShown,
    timestamp: neverShown,
    estimated_time: neverShown,
  },
  ExportedPoint: { type: neverShown, coordinates: neverShown },
  PlannedDay: {
    number: exactly,
    date: exactly,
    from_m: exactly,
    to_m: exactly,
    ascent_m: exactly,
    start: exactly,
    end: exactly,
    sunrise: exactly,
    sunset: exactly,
    daylight_s: exactly,
    longest_gap_m: neverShown,
  },
  GeoPoint: { type: exactly, coordinates: exactly },
  Itinerary: { items: places },
  ItineraryPart: { days, places },
  DayRange: { from: days, to: days },
  GeoMultiPoint: { type: places, coordinates: places },
  Encounter: {
    encounter_id: always,
    distance_band_m: always,
    stretch: always,
    my_days: always,
    their_days: {
      nearby: 'three approximate days',
      rider: 'three approximate days',
      connection: 'three approximate days',
      exact: 'three approximate days',
    },
    journey: ofPublic,
    rider: ofPublic,
  },
  EncounterLineString: { type: always, coordinates: always },
  EncounterMultiLineString: { type: always, coordinates: always },
  EncounterJourney: { id: ofPublic, name: ofPublic },
  EncounterRider: { id: ofPublic, name: ofPublic },
  Crowd: { bbox: { nearby: 'the cell' }, riders: { nearby: 'steps of five, once a night' } },
  PublicProfile: { id: publicly, name: publicly, country: publicly, bio: publicly },
  Connection: {
    id: ofRequest,
    direction: ofRequest,
    state: ofRequest,
    message: ofRequest,
    encounter_id: ofConnection,
    rider: ofRequest,
    exact: ofRequest,
    version: ofRequest,
    asked_at: ofRequest,
  },
  ConnectedRider: { id: ofConnection, name: ofRequest, email: ofConnection },
  ExactGrants: { granted: ofRequest, received: ofConnection },
  RiderNotification: {
    id: ofRequest,
    kind: ofRequest,
    connection_id: ofRequest,
    rider: ofRequest,
    journey_id: neverShown,
    read: ofRequest,
    created_at: ofRequest,
  },
  NotificationRider: { id: ofConnection, name: ofRequest },
};

/** Schemas of answers about the caller's own things alone, or about nobody's. */
export const ownSchemas: readonly string[] = [
  'Alive',
  'ApiKey',
  'AuditEntry',
  'AuthorizationServer',
  'CalendarFeed',
  'ConsentStatement',
  'CookieTokens',
  'CreatedApiKey',
  'CreatedCalendarFeed',
  'CreatedMarkers',
  'DisclosureDay',
  'GivenConsent',
  'NewRiders',
  'Disclosures',
  'ImportReceipt',
  'ImportedDays',
  'IssuedTokens',
  'Jwk',
  'JwkSet',
  'JourneyImport',
  'JourneyStats',
  'JourneyTrack',
  'LeftOutCode',
  'LeftOutPart',
  'LinkedIdentity',
  'LoginSession',
  'MailSent',
  'Marker',
  'MarkerCounts',
  'Me',
  'OAuthProvider',
  'PasswordIsReset',
  'PlannedTotals',
  'PrivacyZone',
  'Publication',
  'Readiness',
  'Reauthenticated',
  'RiddenTotals',
  'RiderBlock',
  'RiderConsent',
  'RiderNotificationKind',
  'RiderReport',
  'SeenAs',
  'TokenResponse',
  'UnreadCount',
  'Usage',
  'UsageAmount',
  'UsagePerDay',
  'Verified',
];

/** Schemas of answers to admins. */
export const adminSchemas: readonly string[] = [
  'Account',
  'AuditRecord',
  'ReceivedReport',
  'ReportedRider',
  'ReportingRider',
];
