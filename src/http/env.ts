import type { Ctx, Scope } from '../context.ts';
import type { openForCall } from '../db/client.ts';
import type { Log } from '../log.ts';
import type { CredentialServices } from './credentials.ts';
import type { Repeatable, RepeatServices } from './repeats.ts';

/** What transport needs of the features. They stand above it, so `app.ts` hands it in. */
export type Services = { credentials: CredentialServices; repeats: RepeatServices };

export type HttpEnv = {
  Bindings: Env;
  Variables: {
    ctx: Ctx;
    database: ReturnType<typeof openForCall>;
    services: Services;
    requestId: string;
    log: Log;
    /** The scopes that the route asks for. */
    scopes?: readonly Scope[];
    transport?: 'cookie';
    repeatable?: Repeatable;
  };
};
