export const exportParts = ['plan', 'rides', 'markers'] as const;
/** A file has these only if they are asked for. */
export const exportSensors = ['sensors', 'heart_rate'] as const;
export type ExportPart = (typeof exportParts)[number] | (typeof exportSensors)[number];

export type ExportFormat = 'gpx' | 'geojson';
