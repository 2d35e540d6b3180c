import {
  bogdan,
  bogdansJourney,
  connectionWithBogdan,
  type Examples,
  encounterWithBogdan,
  encounterWithStranger,
  journeyId,
  max,
  pageOf,
} from './story.ts';

const latitude = 48.2625;
const lineAlong = (...longitudes: readonly number[]) => ({
  type: 'LineString',
  coordinates: longitudes.map((longitude) => [longitude, latitude]),
});
const placesAt = (...coordinates: readonly (readonly [longitude: number, latitude: number])[]) => ({
  type: 'MultiPoint',
  coordinates,
});
const oneDay = (day: string) => ({ from: day, to: day });

const crowds = {
  cell_size_m: 25_000,
  items: [
    { bbox: [14.0545626, 48.15, 14.3932267, 48.375], riders: 15 },
    { bbox: [15.070555, 48.15, 15.4092192, 48.375], riders: 5 },
  ],
  next_cursor: null,
};

const block = {
  id: '496aca80-e4d8-829f-98e8-cd816c3afb48',
  named_by: 'encounter_id',
  label: 'Rode behind me for days',
  created_at: '2026-06-14T19:30:00.000Z',
};

const message = 'Asks me every evening where I camp.';

const newRequest = { encounter_id: encounterWithStranger, message: 'We seem to cross near Krems. A coffee?' };
const noGrants = { granted: false, received: false };
const sent = {
  id: '019e8201-da20-7c41-9d06-5be2a91c7f34',
  direction: 'sent',
  state: 'requested',
  message: newRequest.message,
  encounter_id: newRequest.encounter_id,
  rider: null,
  exact: noGrants,
  version: 1,
  asked_at: '2026-06-01T07:08:00.000Z',
};
const accepted = {
  id: connectionWithBogdan,
  direction: 'received',
  state: 'accepted',
  message: 'We seem to cross near Linz. A coffee?',
  encounter_id: encounterWithBogdan,
  rider: bogdan,
  exact: noGrants,
  version: 1,
  asked_at: '2026-05-30T20:11:00.000Z',
};
const declined = {
  ...accepted,
  id: '019e9a10-4c60-7d52-8e17-6cf3ba2d8045',
  state: 'declined',
  message: 'Where do you camp tonight?',
  encounter_id: null,
  rider: { id: null, name: max.name, email: null },
  asked_at: '2026-06-05T23:14:00.000Z',
};

const newestNotification = '019e8201-da20-75b3-8c35-bbde351bf80a';

export const riderExamples: Examples = {
  listEncounters: {
    answer: pageOf(
      {
        encounter_id: encounterWithBogdan,
        distance_band_m: 25_000,
        stretch: lineAlong(14.2238946, 14.5625588, 14.901223),
        my_days: { from: '2026-06-12', to: '2026-06-13' },
        their_days: { from: '2026-06-12', to: '2026-06-14' },
        journey: bogdansJourney,
        rider: { id: bogdan.id, name: bogdan.name },
      },
      {
        encounter_id: encounterWithStranger,
        distance_band_m: 50_000,
        stretch: lineAlong(15.5785513, 15.9172154, 16.2558796),
        my_days: { from: '2026-06-14', to: '2026-06-15' },
        their_days: { from: '2026-06-15', to: '2026-06-17' },
        journey: null,
        rider: null,
      },
    ),
  },
  listCrowds: { answer: crowds },
  listCrowdsNear: { answer: crowds },
  getMyDisclosures: {
    answer: {
      new_riders: { public: 0, discoverable: 12 },
      budget: 100,
      days: [
        { day: '2026-05-29', new_riders: { public: 0, discoverable: 5 } },
        { day: '2026-06-01', new_riders: { public: 0, discoverable: 7 } },
      ],
    },
  },
  getItinerary: {
    answer: {
      items: [
        {
          days: oneDay('2026-06-12'),
          places: placesAt([13.4404537, 48.4875], [13.7807183, 48.4875], [14.2238946, latitude]),
        },
        {
          days: oneDay('2026-06-13'),
          places: placesAt([14.5625588, latitude], [14.901223, latitude], [15.2398871, latitude]),
        },
      ],
    },
  },
  createBlock: {
    body: { named_by: 'encounter_id', encounter_id: encounterWithStranger, label: block.label },
    answer: block,
  },
  listBlocks: { answer: pageOf(block) },
  createReport: {
    body: { named_by: 'user_id', user_id: max.id, reason: 'stalking', message },
    answer: { id: '845e9183-1319-889c-9d65-6bdb80c278ac', named_by: 'user_id', reason: 'stalking', message },
  },
  createConnection: { body: newRequest, answer: sent },
  listConnections: { answer: pageOf(sent, accepted) },
  acceptConnection: { answer: accepted },
  declineConnection: { answer: declined },
  updateConnection: {
    body: { exact: true },
    answer: { ...accepted, exact: { granted: true, received: false }, version: 2 },
  },
  listNotifications: {
    answer: {
      ...pageOf(
        {
          id: newestNotification,
          kind: 'riders_near',
          connection_id: null,
          rider: null,
          journey_id: journeyId,
          read: false,
          created_at: '2026-06-01T07:07:00.000Z',
        },
        {
          id: '019e7a82-e820-7edb-8656-24291e4053c6',
          kind: 'connection_requested',
          connection_id: connectionWithBogdan,
          rider: { id: bogdan.id, name: bogdan.name },
          journey_id: null,
          read: true,
          created_at: accepted.asked_at,
        },
      ),
      unread_count: 1,
    },
  },
  readNotifications: { body: { up_to: newestNotification }, answer: { unread_count: 0 } },
};
