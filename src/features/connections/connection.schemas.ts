import { z } from '@hono/zod-openapi';
import { pageOf, pageQuery } from '../../http/pagination.ts';
import { Id, orNull, ShownText, UtcTime, Version } from '../../http/values.ts';
import type { Connection as View } from './connection.rules.ts';
import { connectionStates } from './connection.table.ts';

export const connectionParams = z.object({ id: Id.openapi({ description: 'The id of the connection or request.' }) });

const State = z
  .enum(connectionStates)
  .openapi({ description: 'A request that you decline stays `requested` for the rider who asked.' });
const Message = ShownText.max(500).openapi({
  description: 'What the rider who asks writes to the other.',
  example: 'We seem to cross near Linz. A coffee?',
});

export const connectionListQuery = z.strictObject({
  ...pageQuery,
  state: State.optional().openapi({
    description: 'Only connections in this state. A request that the other rider declined is `requested` for you.',
  }),
});

export const NewConnection = z
  .strictObject({
    encounter_id: Id.openapi({ description: 'The id of an encounter that you were shown.' }),
    message: Message,
  })
  .openapi('NewConnection');

export const ConnectionChanges = z
  .strictObject({
    exact: z
      .boolean()
      .openapi({ description: 'Whether the other rider sees exactly where your journey is, until it is completed.' }),
  })
  .openapi('ConnectionChanges');

const ConnectedRider = z
  .object({
    id: Id.nullable().openapi({ description: 'Null until the request is accepted.' }),
    name: z.string().openapi({ example: 'Bogdan Ionescu' }),
    email: z
      .string()
      .nullable()
      .openapi({ description: 'Null until the request is accepted.', example: 'bogdan@example.com' }),
  })
  .openapi('ConnectedRider');

const ExactGrants = z
  .object({
    granted: z.boolean().openapi({ description: 'Whether you show your journey exactly.' }),
    received: z.boolean().openapi({ description: 'Whether the other rider shows their journey exactly.' }),
  })
  .openapi('ExactGrants');

export const Connection = z
  .object({
    id: Id,
    direction: z
      .enum(['sent', 'received'])
      .openapi({ description: '`sent`: you asked. `received`: the other rider asked.', example: 'received' }),
    state: State,
    message: Message,
    encounter_id: Id.nullable().openapi({
      description: 'The same id as in your search. Null for a request that you received, until you accept it.',
    }),
    rider: orNull(ConnectedRider).openapi({
      description:
        'Before the request is accepted: for the rider who was asked, only the name that the other had when asking. For the rider who asked, null. Of an accepted connection: null while you may not see the other rider.',
    }),
    exact: ExactGrants,
    version: Version.openapi({
      description: 'Rises by one with each change of `exact`. The `ETag` is this number in quotes.',
    }),
    asked_at: UtcTime.openapi({ description: 'The time of the request.' }),
  })
  .openapi('Connection');

export const ConnectionPage = pageOf('ConnectionPage', Connection);

export const toConnection = (view: View): z.infer<typeof Connection> => ({
  id: view.id,
  direction: view.isSent ? 'sent' : 'received',
  state: view.state,
  message: view.message,
  encounter_id: view.encounterId,
  rider: view.rider && { id: view.rider.id, name: view.rider.name, email: view.rider.email },
  exact: { granted: view.exact.granted, received: view.exact.received },
  version: view.version,
  asked_at: view.askedAt.toISOString(),
});
