import { isJsonBody, type Operation, operations } from '../../../../test/contract/document.ts';
import type { Kind } from '../../../../test/contract/operations/entry.ts';
import { entryOf } from '../../../../test/contract/register.ts';
import { bearer, chance, conditions, json, type Maker, pick, type Stage, somewhere, strangerOf } from './stage.ts';

const kindsOfVictims: readonly Kind[] = ['user', 'journey', 'marker', 'track', 'import'];

/** Whether the path names a rider, a journey, or a thing of a journey. */
function isOfVictims({ id }: Operation): boolean {
  const { audience, names = {} } = entryOf(id);
  const kinds = Object.values(names);
  const areTheirs = kinds.every((kind) => kindsOfVictims.includes(kind));
  return audience !== 'admin' && kinds.length > 0 && areTheirs;
}

const ofVictims = operations.filter(isOfVictims);

const reads = ofVictims
  .filter(({ method }) => method === 'GET')
  .flatMap((operation) => Array.from({ length: entryOf(operation.id).attack?.weight ?? 1 }, () => operation));

const writes = ofVictims.filter(
  (operation) => operation.method !== 'GET' && (!operation.body || isJsonBody(operation)),
);

/** The address of a victim, or of a victim's journey or marker. A stranger cannot know the id of a line or an import. */
function addressOf({ id, path }: Operation, stage: Stage): string {
  const { victims, journeyIds, publicLineIds, markerIds } = stage.scene;
  const { names = {}, attack: { isOfLines = false } = {} } = entryOf(id);
  const marker = names.marker_id && pick(stage, markerIds);
  const journeys = isOfLines && chance(stage, 0.7) ? publicLineIds : journeyIds;
  const first = marker ? marker.journeyId : names.id === 'user' ? pick(stage, victims)?.id : pick(stage, journeys);
  return path
    .replace('{id}', first ?? '')
    .replace('{marker_id}', marker ? marker.markerId : '')
    .replace(/\{(?:track|import)_id\}/, () => stage.scene.newId());
}

/** Reads something that belongs to a victim, also private things. */
export const readVictim: Maker = async (stage) => {
  const operation = pick(stage, reads);
  if (!operation) throw new Error('no operation reads things of victims');
  const { id, method } = operation;
  const headers = { ...(await bearer(strangerOf(stage).rider)), ...conditions(stage) };
  const cursor = pick(
    stage,
    stage.cursors.filter(({ label }) => label === id),
  );
  if (cursor && chance(stage, 0.3)) {
    const target = `${cursor.target}?limit=1&cursor=${cursor.cursor}`;
    return { label: `${id}: cursor`, method, target, headers };
  }
  const query = pick(stage, entryOf(id).attack?.queries ?? ['']) ?? '';
  return { label: `${id}: theirs`, method, target: `${addressOf(operation, stage)}${query}`, headers };
};

/** Tries to change something that belongs to a victim. */
export const writeVictim: Maker = async (stage) => {
  const operation = pick(stage, writes);
  if (!operation) throw new Error('no operation writes things of victims');
  const { id, method } = operation;
  const body = entryOf(id).attack?.body?.(somewhere(stage));
  // The ids include the strangers' own journeys, which must stay. An expendable rider owns none of them.
  const headers = { ...(await bearer(stage.expendable.rider)), ...json, ...conditions(stage) };
  return {
    label: `${id}: theirs`,
    method,
    target: addressOf(operation, stage),
    headers,
    ...(body && { body: JSON.stringify(body) }),
  };
};
