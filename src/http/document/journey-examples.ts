import { lineId, plan } from './line-examples.ts';
import { anna, type Examples, firstPageOf, journeyId, linz, pageOf, passau, ybbs } from './story.ts';

const newJourney = {
  name: 'Danube: Passau to Vienna',
  description: 'EuroVelo 6, with the wind.',
  visibility: 'discoverable',
  starts_on: '2026-06-12',
  daily_distance_m: 95_000,
  delay_h: 48,
};

const created = {
  view: 'full',
  id: journeyId,
  owner_id: anna.id,
  name: newJourney.name,
  description: newJourney.description,
  status: 'planned',
  visibility: newJourney.visibility,
  starts_on: newJourney.starts_on,
  daily_distance_m: newJourney.daily_distance_m,
  delay_h: newJourney.delay_h,
  is_publishing: false,
  version: 1,
  created_at: '2026-04-03T18:30:00.000Z',
  updated_at: '2026-04-03T18:30:00.000Z',
};
const published = { ...created, visibility: 'public', version: 2, updated_at: '2026-05-12T16:40:00.000Z' };
const active = { ...published, status: 'active', version: 3, updated_at: '2026-06-12T05:10:00.000Z' };

const publicJourney = {
  view: 'public',
  id: published.id,
  owner_id: published.owner_id,
  name: published.name,
  description: published.description,
  status: published.status,
  visibility: published.visibility,
};

const newMarker = {
  name: 'Spring under the chapel',
  notes: 'Good water, room for two tents.',
  marker_type: 'plan',
  coordinates: { type: 'Point', coordinates: [14.8519, 48.2288] },
  estimated_time: '2026-06-13T15:30:00.000Z',
};
const marker = {
  id: '019d5f07-cd00-700a-a580-137a3a1ab115',
  journey_id: journeyId,
  name: newMarker.name,
  notes: newMarker.notes,
  marker_type: newMarker.marker_type,
  coordinates: newMarker.coordinates,
  timestamp: null,
  estimated_time: newMarker.estimated_time,
  version: 1,
  created_at: '2026-04-05T19:04:00.000Z',
  updated_at: '2026-04-05T19:04:00.000Z',
};
const earlierMarker = {
  ...marker,
  id: '019d5f05-f840-7ed5-b812-0601641c516d',
  name: 'Schlögen loop',
  notes: '',
  coordinates: { type: 'Point', coordinates: [13.868, 48.424] },
  estimated_time: '2026-06-12T10:00:00.000Z',
  created_at: '2026-04-05T19:02:00.000Z',
  updated_at: '2026-04-05T19:02:00.000Z',
};
const changedMarker = {
  ...marker,
  notes: 'Dry in August.',
  estimated_time: null,
  version: 2,
  updated_at: '2026-05-20T18:00:00.000Z',
};

const shownLine = {
  type: 'Feature',
  id: lineId,
  geometry: { type: 'LineString', coordinates: [linz, ybbs].map(([longitude, latitude]) => [longitude, latitude]) },
  properties: { name: null, distance_m: 316_900, ascent_m: null },
};
const shownPlaces = {
  items: [
    {
      days: { from: '2026-06-09', to: '2026-06-11' },
      places: { type: 'MultiPoint', coordinates: [[14.2238946, 48.2625]] },
    },
    {
      days: { from: '2026-06-12', to: '2026-06-14' },
      places: { type: 'MultiPoint', coordinates: [[14.901223, 48.2625]] },
    },
  ],
};

const nothingPublished = {
  visibility: null,
  first_at: null,
  last_at: null,
  daily_distance_m: null,
  camps: null,
  line_id: null,
  shown_at: null,
};

export const journeyExamples: Examples = {
  createJourney: { body: newJourney, answer: created },
  listJourneys: { answer: pageOf(published) },
  getJourney: { answer: published },
  updateJourney: { body: { visibility: 'public' }, answer: published },
  activateJourney: { answer: active },
  deactivateJourney: {
    answer: { ...active, status: 'planned', version: 4, updated_at: '2026-06-12T05:30:00.000Z' },
  },
  completeJourney: {
    answer: { ...active, status: 'completed', version: 4, updated_at: '2026-06-15T17:05:00.000Z' },
  },
  listUserJourneys: { answer: pageOf(publicJourney) },
  getUserActiveJourney: { answer: { ...publicJourney, status: 'active' } },
  createMarker: { body: newMarker, answer: marker },
  createMarkers: { body: { markers: [newMarker] }, answer: { items: [marker] } },
  listMarkers: { answer: pageOf(earlierMarker, marker) },
  getMarker: { answer: marker },
  updateMarker: { body: { notes: changedMarker.notes, estimated_time: null }, answer: changedMarker },
  getRoute: {
    answer: {
      type: 'FeatureCollection',
      features: [
        {
          type: 'Feature',
          id: lineId,
          geometry: {
            type: 'LineString',
            coordinates: [
              [...passau, 302],
              [13.736, 48.502, 302],
              [13.868, 48.424, 288],
              [...linz, 266],
              [14.85, 48.227, 239],
              [...ybbs, 220],
              [15.3319, 48.2274, 213],
              [15.6, 48.409, 203],
              [16.056, 48.332, 180],
              [16.3767, 48.2117, 171],
            ],
          },
          properties: { name: 'Passau to Vienna', ...plan },
        },
      ],
    },
  },
  exportGpx: {
    answer: `<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="Kairos" xmlns="http://www.topografix.com/GPX/1/1">
<metadata><name>${created.name}</name></metadata>
<trk><name>Passau to Vienna</name><type>plan</type>
<trkseg>
<trkpt lat="48.5744" lon="13.4648"><ele>302</ele></trkpt>
<trkpt lat="48.502" lon="13.736"><ele>302</ele></trkpt>
</trkseg>
</trk>
</gpx>
`,
  },
  exportGeoJson: {
    answer: {
      type: 'FeatureCollection',
      name: created.name,
      features: [
        {
          type: 'Feature',
          id: marker.id,
          geometry: marker.coordinates,
          properties: {
            kind: 'marker',
            name: marker.name,
            notes: marker.notes,
            marker_type: marker.marker_type,
            timestamp: null,
            estimated_time: marker.estimated_time,
          },
        },
        {
          type: 'Feature',
          id: lineId,
          geometry: {
            type: 'MultiLineString',
            coordinates: [
              [
                [...passau, 302],
                [13.736, 48.502, 302],
              ],
            ],
          },
          properties: { kind: 'plan', name: 'Passau to Vienna', coordTimes: null },
        },
      ],
    },
  },
  seeJourneyAs: {
    answer: {
      audience: 'rider',
      journey: publicJourney,
      plan: { type: 'FeatureCollection', features: [shownLine] },
      ridden: { type: 'FeatureCollection', features: [] },
      itinerary: shownPlaces,
      nearby: shownPlaces,
    },
  },
  listPublications: {
    answer: firstPageOf(
      {
        number: 3,
        outlet: 'visibility',
        published_at: published.updated_at,
        ...nothingPublished,
        visibility: published.visibility,
      },
      {
        number: 2,
        outlet: 'plan',
        published_at: '2026-04-03T18:42:00.000Z',
        ...nothingPublished,
        first_at: '2026-06-10T07:22:41.000Z',
        last_at: '2026-06-14T02:05:13.000Z',
        daily_distance_m: 87_310,
        camps: 0,
      },
    ),
  },
  getJourneyStats: {
    answer: {
      planned: { ...plan, days: 4, ends_on: '2026-06-15' },
      ridden: { distance_m: 95_230, ascent_m: 340, days: 1 },
      markers: { past: 0, plan: 2 },
      bounding_box: [13.4648, 48.177, 16.3767, 48.5744],
    },
  },
  listJourneyDays: {
    answer: firstPageOf(
      {
        number: 1,
        date: '2026-06-12',
        from_m: 0,
        to_m: 95_000,
        ascent_m: 330,
        start: { type: 'Point', coordinates: passau },
        end: { type: 'Point', coordinates: linz },
        sunrise: '2026-06-12T03:04:00.000Z',
        sunset: '2026-06-12T19:04:00.000Z',
        daylight_s: 57_889,
        longest_gap_m: 53_400,
      },
      {
        number: 2,
        date: '2026-06-13',
        from_m: 95_000,
        to_m: 190_000,
        ascent_m: 410,
        start: { type: 'Point', coordinates: linz },
        end: { type: 'Point', coordinates: ybbs },
        sunrise: '2026-06-13T03:02:00.000Z',
        sunset: '2026-06-13T19:01:00.000Z',
        daylight_s: 57_783,
        longest_gap_m: 66_200,
      },
    ),
  },
};
