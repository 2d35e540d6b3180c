import { jsonBody } from '../../http/body.ts';
import { ignored } from '../../http/credentials.ts';
import { createRouter, defineRoute } from '../../http/router.ts';
import { invalidSignature, mailEventsDisabled } from './mail.errors.ts';
import { MailEvent } from './mail-event.schemas.ts';
import { receiveMailEvent } from './mail-event.service.ts';

const receive = defineRoute({
  method: 'post',
  path: '/mail/events',
  operationId: 'receiveMailEvent',
  summary: 'Receive a delivery event from the mail provider',
  description:
    'Only the mail provider calls this, with a signature as Standard Webhooks define it. After a permanent bounce or a complaint, the address gets no mails for some time. Receiving an event again is harmless.',
  tags: ['Mail'],
  credential: ignored,
  body: [jsonBody(MailEvent)],
  problems: [mailEventsDisabled, invalidSignature],
  responses: { 204: { description: 'The event is received.' } },
});

export const mailEventRoutes = createRouter().openapi(receive, async (c) => {
  const signed = {
    payload: await c.req.text(),
    id: c.req.header('svix-id') ?? '',
    timestamp: c.req.header('svix-timestamp') ?? '',
    signature: c.req.header('svix-signature') ?? '',
  };
  await receiveMailEvent(c.var.ctx, signed, c.req.valid('json'));
  return c.body(null, 204);
});
