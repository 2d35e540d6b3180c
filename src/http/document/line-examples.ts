import { type Examples, journeyId, pageOf } from './story.ts';

export const lineId = '019d54a6-0660-738a-9c1e-721584da284b';
export const plan = { distance_m: 324_600, ascent_m: 1_240 };
const importId = '019d54a6-0660-79bd-a5b6-4aa13ed0aee2';
const imported = {
  id: importId,
  as: 'plan',
  tracks: 1,
  markers: 0,
  points_read: 6_812,
  points_kept: 6_812,
  left_out: [
    {
      code: 'line_without_segment',
      where: 'track 2',
      count: 1,
      why: 'A track without a segment has no line.',
    },
  ],
  days: null,
  ...plan,
  version: 1,
  created_at: '2026-04-03T18:42:00.000Z',
};
const track = {
  id: lineId,
  journey_id: journeyId,
  import_id: importId,
  kind: 'plan',
  position: 1,
  name: 'Passau to Vienna',
  ...plan,
  points: 6_812,
  sensors: [],
  version: 1,
  created_at: imported.created_at,
};
const changedTrack = { ...track, name: 'Along the Danube', version: 2 };

export const lineExamples: Examples = {
  importRoute: {
    answer: { ...imported, already_imported: false },
    answers: { 200: { ...imported, already_imported: true } },
  },
  listImports: { answer: pageOf(imported) },
  replaceImport: { answer: { ...imported, left_out: [], version: 2, created_at: '2026-04-09T17:20:00.000Z' } },
  listTracks: { answer: pageOf(track) },
  updateTrack: { body: { name: changedTrack.name }, answer: changedTrack },
};
