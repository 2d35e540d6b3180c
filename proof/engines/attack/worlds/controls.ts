import { addressOf } from './riders.ts';
import { bearer, chance, json, type Maker, pick, type Stage, type StrangerRequest, strangerOf } from './stage.ts';
import type { Stranger } from './strangers.ts';

async function request(by: Stranger, label: string, method: string, target: string, body?: object) {
  const headers = { ...(await bearer(by.rider)), ...(body && json) };
  const sent: StrangerRequest = { label, method, target, headers, by, ...(body && { body: JSON.stringify(body) }) };
  return sent;
}

const someone = (stage: Stage): string =>
  chance(stage, 0.9) ? (pick(stage, stage.scene.victims)?.id ?? '') : stage.scene.newId();

const encounterOf = (stage: Stage, by: Stranger): string =>
  pick(
    stage,
    stage.encounters.filter((encounter) => encounter.by === by),
  )?.id ?? stage.scene.newId();

/** Blocks by an address, which may have no account in one of the worlds, by a rider's id, or by an encounter. */
const block: Maker = async (stage) => {
  const by = strangerOf(stage);
  const address = pick(stage, stage.scene.addresses) ?? addressOf(someone(stage));
  const body = stage.scene.oneOf([
    { named_by: 'email', email: address },
    { named_by: 'email', email: address },
    { named_by: 'user_id', user_id: someone(stage) },
    { named_by: 'encounter_id', encounter_id: encounterOf(stage, by) },
  ]);
  return request(by, `createBlock: ${body.named_by}`, 'POST', '/v1/blocks', body);
};

const unblock: Maker = async (stage) => {
  const owned = pick(stage, stage.blocks);
  const by = owned?.by ?? strangerOf(stage);
  stage.blocks = stage.blocks.filter((other) => other !== owned);
  return request(by, 'deleteBlock: own', 'DELETE', `/v1/blocks/${owned?.id ?? stage.scene.newId()}`);
};

const report: Maker = async (stage) => {
  const by = strangerOf(stage);
  const named = stage.scene.oneOf([
    { named_by: 'user_id', user_id: someone(stage) },
    { named_by: 'encounter_id', encounter_id: encounterOf(stage, by) },
  ]);
  return request(by, `createReport: ${named.named_by}`, 'POST', '/v1/reports', { ...named, reason: 'spam' });
};

const connect: Maker = async (stage) => {
  const by = strangerOf(stage);
  const body = { encounter_id: encounterOf(stage, by), message: 'A coffee?' };
  return request(by, 'createConnection', 'POST', '/v1/connections', body);
};

const withdraw: Maker = async (stage) => {
  const owned = pick(stage, stage.connections);
  const by = owned?.by ?? strangerOf(stage);
  stage.connections = stage.connections.filter((other) => other !== owned);
  return request(by, 'deleteConnection: own', 'DELETE', `/v1/connections/${owned?.id ?? stage.scene.newId()}`);
};

const listOwn: Maker = async (stage) => {
  const target = stage.scene.oneOf(['/v1/blocks', '/v1/connections']);
  return request(strangerOf(stage), target === '/v1/blocks' ? 'listBlocks' : 'listConnections', 'GET', target);
};

/** Uses one of a stranger's own controls: block, unblock, report, ask to connect, withdraw, or list these. */
export const useControl: Maker = (stage) =>
  stage.scene.oneOf([block, block, unblock, report, connect, withdraw, listOwn])(stage);

/** Whether a request must leave the anonymous encounters of its sender as they were. */
export const isControl = ({ label }: StrangerRequest): boolean =>
  /^(?:create|delete)(?:Block|Report|Connection)\b/.test(label);

export const maxListed = 50;

/** The widest list of encounters of a stranger. */
export const widestList = (by: Stranger): Promise<StrangerRequest> =>
  request(
    by,
    'listEncounters',
    'GET',
    `/v1/journeys/${by.journeyIds[0]}/nearby?radius_m=500000&when=any&limit=${maxListed}`,
  );
