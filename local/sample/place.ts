/** A place on a route: name, latitude, longitude, elevation in metres. */
export type Place = readonly [name: string, lat: number, lon: number, elevationM: number];

/** The legs of a route in order; between two legs is a ferry. */
export type Legs = readonly (readonly Place[])[];
