import type { LonLat, Rider } from '../../support/factories.ts';

export const pointAt = (...coordinates: LonLat) => ({ type: 'Point', coordinates });

type Body = { id?: string; [field: string]: unknown };

/** The body of a planned marker in Vienna, unless the fields say otherwise. */
export const newMarker = (fields: Body = {}): Body => ({
  name: 'Spring under the chapel',
  marker_type: 'plan',
  coordinates: pointAt(16.3738, 48.2082),
  ...fields,
});

export const batchOf = (journeyId: string): string => `${markersOf(journeyId)}/batch`;
export const markersOf = (journeyId: string): string => `/v1/journeys/${journeyId}/markers`;

/** A marker made through the API, as the API answers it. */
export async function createMarker(rider: Rider, journeyId: string, fields: Body = {}) {
  const { status, json, text } = await rider.post(markersOf(journeyId), newMarker(fields));
  if (status !== 201) throw new Error(`no marker: ${text}`);
  return { ...json, path: `${markersOf(journeyId)}/${json.id}` };
}

/** All pages of a list of markers. */
export async function readAll(rider: Rider, journeyId: string, query = 'limit=100') {
  const items = [];
  let cursor = '';
  do {
    const { status, json, text } = await rider.get(`${markersOf(journeyId)}?${query}${cursor}`);
    if (status !== 200) throw new Error(`no list: ${text}`);
    items.push(...json.items);
    cursor = json.next_cursor ? `&cursor=${json.next_cursor}` : '';
  } while (cursor);
  return items;
}
