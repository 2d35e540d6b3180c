// The columns that the peer reads, and the responses that it makes of rows.
export const journeyColumns = `id, owner_id, name, description, status, visibility, starts_on::text, daily_distance_m, delay_h,
  version, created_at, updated_at`;

export const toJourney = (row) => ({
  view: 'full',
  id: row.id,
  owner_id: row.owner_id,
  name: row.name,
  description: row.description,
  status: row.status,
  visibility: row.visibility,
  starts_on: row.starts_on,
  daily_distance_m: row.daily_distance_m,
  delay_h: row.delay_h,
  version: row.version,
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
});

export const markerColumns = `m.id, m.journey_id, m.name, m.notes, m.marker_type, m.at, m.version, m.created_at,
  m.updated_at, round(ST_X(m.position::geometry)::numeric, 7)::float8 as longitude,
  round(ST_Y(m.position::geometry)::numeric, 7)::float8 as latitude`;

export const toMarker = (row) => {
  const at = row.at?.toISOString() ?? null;
  return {
    id: row.id,
    journey_id: row.journey_id,
    name: row.name,
    notes: row.notes,
    marker_type: row.marker_type,
    coordinates: { type: 'Point', coordinates: [row.longitude, row.latitude] },
    timestamp: row.marker_type === 'past' ? at : null,
    estimated_time: row.marker_type === 'plan' ? at : null,
    version: row.version,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
};

export const toMe = (row) => ({
  id: row.id,
  email: row.email,
  username: row.username,
  name: row.name,
  bio: row.bio,
  country: row.country,
  adult: row.is_adult,
  riders_near: row.riders_near,
  privacy_zones: row.privacy_zones,
  hidden: row.hidden_at !== null,
  role: row.role,
  version: row.version,
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
});

/** The geometry is already GeoJSON text. */
export function toRoute(rows) {
  const features = rows.map(({ id, geometry, ...properties }) => {
    return `{"type":"Feature","id":"${id}","geometry":${geometry},"properties":${JSON.stringify(properties)}}`;
  });
  return `{"type":"FeatureCollection","features":[${features.join()}]}`;
}
