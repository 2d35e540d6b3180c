import { defineError } from '../../errors.ts';

export const journeyNotFound = defineError('not_found', 'journeys.not_found', 'No such journey.');
export const journeyIdTaken = defineError('conflict', 'journeys.id_taken', 'This id is in use. Make another.');
