import type { LonLat, Rider } from '../../support/factories.ts';

/** A call of an operation that succeeds. The body has every field that the document allows. */
export type Example = {
  status: number;
  params?: Record<string, string>;
  query?: string;
  body?: unknown;
  mediaType?: string;
  headers?: Record<string, string>;
  /** Makes the headers that sign a body. */
  sign?: (body: string) => Record<string, string>;
};

/** The effect of a second call with the same content, for a caller who did not receive the first answer. */
export type Again = {
  /** The status that tells the caller that the first call succeeded. */
  settled?: number;
  /** Tables to which every call rightly adds a row. */
  more?: readonly string[];
  /** The call uses up its code or state even when it fails. The response tells the caller to start again. */
  isBegunAnew?: true;
};

/**
 * The number of database replies that a call waits for, one after the other: plain, with a new idempotency key, with a
 * used one.
 */
export type Trips = number | readonly [plain: number, withKey: number, sentAgain: number];

/** One way to call an operation, and what is expected of the call. */
export type Way = {
  trips: Trips;
  example: (rider: Rider) => Promise<Example> | Example;
  /** Absent when repeated calls have the effect of one. */
  again?: Again;
  /** The call sends a mail after its answer. */
  sendsMail?: true;
  /**
   * The thing that the call uses up, so that the same call fails next time: a one-time token, or the caller's login.
   */
  usesUp?: 'token' | 'login';
  /** Where a password is hashed, which takes 200 ms of processor time. */
  hashes?: 'in the call' | 'in its example';
  /** Reasons for a refusal that only this call has. Each function turns a good call into one that must be refused. */
  refused?: Readonly<Record<string, (example: Example, rider: Rider) => Promise<Example> | Example>>;
};

/** Kinds of things that a path can name. */
export type Kind =
  | 'user'
  | 'journey'
  | 'marker'
  | 'track'
  | 'import'
  | 'api key'
  | 'block'
  | 'connection'
  | 'report'
  | 'session'
  | 'identity'
  | 'privacy zone'
  | 'calendar feed';

/**
 * The callers that get an answer, with the reason if they are not the owner of the thing. Riders to whom an owner shows
 * a journey exactly also get more detail in the answers that every rider gets.
 */
export type Audience =
  /** Everyone; the operation asks for no credential. */
  | { audience: 'anyone'; because: string }
  /** A rider, about their own things; the path names nothing. */
  | { audience: 'caller' }
  /** The owner of what the path names. For everyone else it does not exist. */
  | { audience: 'owner' }
  /** The owner, and riders to whom the owner shows the journey exactly. For everyone else it does not exist. */
  | { audience: 'exact'; because: string }
  /**
   * Every rider. `hidden` is the answer about a thing that its owner shows to nobody: `absent` is that of an unknown
   * id.
   */
  | { audience: 'rider'; because: string; hidden: 'absent' | 'empty' | 'shown' }
  | { audience: 'admin'; because: string };

/** How strangers call the operation in the attack on two worlds. */
export type Attack = {
  /** How often, compared with an operation that has no weight. */
  weight?: number;
  queries?: readonly [string, ...string[]];
  /** Strangers mostly name public journeys with a planned line, because other journeys show nothing. */
  isOfLines?: true;
  /** The body of a stranger at this place. */
  body?: (place: LonLat) => object;
};

/** What tests and engines need to know of an operation beyond the OpenAPI document. */
export type Entry = Way &
  Audience & {
    /** Other ways to call it, by the word after the colon in `createToken: refresh`. */
    ways?: Readonly<Record<string, Way>>;
    /** The kind of thing that each id in the path names, in the order of the path. */
    names?: Readonly<Record<string, Kind>>;
    /** The row of docs/security.md that keeps strangers out: for every path that names a journey. */
    row?: string;

    /** It accepts `If-Match` or `If-None-Match`. */
    isVersioned?: true;
    /** Its answer is public, and good for an hour. */
    isCacheable?: true;
    /** Its errors are those of RFC 6749. */
    hasOAuthErrors?: true;
    /** It ignores unknown query parameters. */
    isQueryOpen?: true;
    /** It ignores unknown fields of its body, for this reason. */
    isBodyOpen?: string;
    hasOptionalBody?: true;

    /** It is a GET that writes. */
    isWrite?: true;
    /** It may wait longer for the database than other operations. */
    hasLongDeadline?: true;
    /** It asks riders for the password within the last ten minutes. */
    needsFreshLogin?: true;
    attack?: Attack;
  };

/** The entries of a feature, by operation. */
export type Entries = Readonly<Record<string, Entry>>;

/** Changes some fields of an example's body. */
export function withFields(example: Example, fields: Readonly<Record<string, string>>): Example {
  const { body } = example;
  if (!(body instanceof URLSearchParams)) return { ...example, body: { ...Object(body), ...fields } };
  const form = new URLSearchParams(body);
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return { ...example, body: form };
}
