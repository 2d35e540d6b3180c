import type { Ctx, Scope } from '../context.ts';
import type { openForCall } from '../db/client.ts';
import type { Log } from '../log.ts';
import type { CredentialServices } from './credentials.ts';
import type { RepeatableRequest, RepeatServices } from './repeats.ts';

/** The functions of features that `http` calls. `app.ts` passes them in, because features stand above `http`. */
export type Services = { credentials: CredentialServices; repeats: RepeatServices };

export type HttpEnv = {
  Bindings: Env;
  Variables: {
    ctx: Ctx;
    database: ReturnType<typeof openForCall>;
    services: Services;
    requestId: string;
    log: Log;
    /** The scopes that the route requires. */
    scopes?: readonly Scope[];
    transport?: 'cookie';
    repeatable?: RepeatableRequest;
  };
};
