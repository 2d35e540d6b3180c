import { pgTable, real, smallint, uuid } from 'drizzle-orm/pg-core';
import { bytea } from '../../db/columns.ts';
import { tracks } from './track.table.ts';

export const sensorKinds = ['power', 'cadence', 'temperature', 'heart_rate'] as const;
export type SensorKind = (typeof sensorKinds)[number];

/**
 * What the sensors of a ride measured: one value per point, in the order of the line, and null where the file has none.
 * Only the rider gets it.
 */
export const trackSensors = pgTable('track_sensors', {
  trackId: uuid('track_id')
    .primaryKey()
    .references(() => tracks.id, { onDelete: 'cascade' }),
  powerW: smallint('power_w').array().$type<(number | null)[]>(),
  cadenceRpm: smallint('cadence_rpm').array().$type<(number | null)[]>(),
  temperatureC: real('temperature_c').array().$type<(number | null)[]>(),
  /**
   * One byte per point, in beats per minute, 0 where the file has none; encrypted with the rider's key. It is kept only with
   * the rider's consent.
   */
  heartRate: bytea('heart_rate'),
});

export type NewTrackSensors = typeof trackSensors.$inferInsert;
