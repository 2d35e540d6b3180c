import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { neonConfig } from '@neondatabase/serverless';
import { v7 as uuidv7 } from 'uuid';
import { createApp } from '../../src/app.ts';
import { type Answer, apiUrl, nextNetwork } from '../support/app.ts';

type Init = { token?: string; body?: BodyInit; headers?: Record<string, string> };

/** Calls the app with other bindings than those of the run; `undefined` removes a binding. */
export const appWith = (bindings: Record<string, unknown>) => {
  const app = createApp({ now: () => new Date(), newId: () => uuidv7() });
  return async (method: string, path: string, { token, body, headers }: Init = {}): Promise<Answer> => {
    const context = createExecutionContext();
    const request = new Request(new URL(path, apiUrl), {
      method,
      headers: {
        'CF-Connecting-IP': nextNetwork(),
        ...(token && { Authorization: `Bearer ${token}` }),
        ...(typeof body === 'string' && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body }),
    });
    try {
      const response = await app.fetch(request, { ...env, ...bindings }, context);
      await waitOnExecutionContext(context);
      const text = await response.text();
      const isJson = /json/.test(response.headers.get('Content-Type') ?? '');
      return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
    } finally {
      // The driver keeps the endpoint for the whole isolate, this test's own queries included.
      neonConfig.fetchEndpoint = env.DATABASE_ENDPOINT;
    }
  };
};

/** Nobody listens on port 1. */
export const unreachable = { DATABASE_ENDPOINT: 'http://127.0.0.1:1/sql' };

const limiter = (outcome: () => Promise<{ success: boolean }>) => ({ limit: outcome });
export const refusing = limiter(async () => ({ success: false }));
export const failing = limiter(() => Promise.reject(new Error('the limiter is away')));
