import type { RoutePoint } from './route.ts';

/** A GPX 1.1 file with one track and a segment for each leg. */
export function writeGpx(name: string, legs: RoutePoint[][]): string {
  const segments = legs.map((points) => `<trkseg>\n${points.map(trackPoint).join('\n')}\n</trkseg>`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="Kairos sample" xmlns="http://www.topografix.com/GPX/1/1">
<trk><name>${escapeXml(name)}</name>
${segments.join('\n')}
</trk>
</gpx>
`;
}

const trackPoint = ({ position: [lon, lat], elevationM }: RoutePoint): string =>
  `<trkpt lat="${lat.toFixed(6)}" lon="${lon.toFixed(6)}"><ele>${elevationM.toFixed(1)}</ele></trkpt>`;

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
