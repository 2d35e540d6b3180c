export const exportParts = ['plan', 'rides', 'markers'] as const;
export type ExportPart = (typeof exportParts)[number];

export type ExportFormat = 'gpx' | 'geojson';
