import { exports } from 'cloudflare:workers';

// `#kairos` inside the Workers runtime. The Worker under test shares the isolate with its test.
export { env } from 'cloudflare:workers';

export const fetchWorker = (request: Request): Promise<Response> => exports.default.fetch(request);
