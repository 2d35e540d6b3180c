import { exports } from 'cloudflare:workers';

// What `#kairos` is inside the Workers runtime: the Worker under test shares the isolate with its test.
export { env } from 'cloudflare:workers';

export const fetchWorker = (request: Request): Promise<Response> => exports.default.fetch(request);
