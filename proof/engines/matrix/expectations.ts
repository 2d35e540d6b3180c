import { isOpen, type Operation } from '../../../test/contract/document.ts';
import { entryOf } from '../../../test/contract/register.ts';
import { type Actor, scopesOfActor, shutOut } from './actors.ts';

/** The ids that a call names. */
export type Ids =
  | 'none'
  | 'random'
  | 'theirs'
  | 'theirs in capitals'
  | 'malformed'
  | 'random in theirs'
  | "random in one's own"
  | "theirs in one's own";

/** `equalTo`: the ids whose response must look the same. */
export type Verdict = { status: number | 'as its example'; mayChange: boolean; equalTo?: Ids };

const scopeNeeded = ({ security = [] }: Operation): readonly string[] =>
  security.flatMap((way) => Object.values(way).flat());

/** The status with which a call is refused, whatever it names. */
export function refusalOf(operation: Operation, { name }: Pick<Actor, 'name'>): 401 | 403 | undefined {
  if (isOpen(operation)) return undefined;
  if (shutOut.includes(name)) return 401;
  return scopeNeeded(operation).every((scope) => scopesOfActor[name]?.includes(scope)) ? undefined : 403;
}

/** The expected response, by the document and the register. The victim publishes nothing. */
export function verdictOn(operation: Operation, actor: Actor, ids: Ids): Verdict {
  const refused = refusalOf(operation, actor);
  if (refused) return { status: refused, mayChange: false };
  if (ids === 'none') return { status: 'as its example', mayChange: false };
  if (ids === 'malformed') return { status: 422, mayChange: false };
  if (ids === "random in one's own") return { status: 404, mayChange: false };
  const equalTo = ids === "theirs in one's own" ? "random in one's own" : 'random';
  switch (answerAbout(operation)) {
    case 'absent':
      return { status: 404, mayChange: false, equalTo };
    case 'empty':
      return { status: 'as its example', mayChange: false, equalTo };
    case 'shown':
      if (ids === 'random') return { status: 404, mayChange: false };
      return { status: 'as its example', mayChange: operation.method !== 'GET' };
  }
}

function answerAbout({ id }: Operation): 'absent' | 'empty' | 'shown' {
  const entry = entryOf(id);
  if (entry.audience === 'rider') return entry.hidden;
  return entry.audience === 'admin' ? 'shown' : 'absent';
}
