import { pgTable, uuid } from 'drizzle-orm/pg-core';
import { bytea, reals, smallints } from '../../db/columns.ts';
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
  powerW: smallints('power_w'),
  cadenceRpm: smallints('cadence_rpm'),
  temperatureC: reals('temperature_c'),
  /**
   * One byte per point, in beats per minute, 0 where the file has none; encrypted with the rider's key. It is kept only with
   * the rider's consent.
   */
  heartRate: bytea('heart_rate'),
});

export type NewTrackSensors = typeof trackSensors.$inferInsert;
