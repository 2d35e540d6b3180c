import { describe, expect, test } from 'vitest';
import { call } from '../support/app.ts';

const chrome = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';

const answerTo = (accept: string, path = '/nothing', method = 'GET') =>
  call(method, path, { headers: { Accept: accept } });

describe('an unknown address', () => {
  test.each(['/nothing', '/v1/nothing', '/v1', '/docs/nothing', '/pages/nothing.js'])(
    'a browser that opens %s sees a page with links to existing pages',
    async (path) => {
      const { status, headers, text } = await answerTo(chrome, path);
      expect(status).toBe(404);
      expect(headers.get('Content-Type')).toMatch(/^text\/html/);
      expect(text).toContain('Page not found');
      for (const [, link = ''] of text.matchAll(/<a href="([^"]*)"/g))
        expect((await call('GET', link)).status).toBe(200);
      expect(text).toMatch(/<a href="\/"/);
    },
  );

  test.each([
    [chrome, 'page'],
    ['text/html', 'page'],
    ['TEXT/HTML;charset=utf-8', 'page'],
    ['text/*', 'page'],
    ['application/json;q=0.5, text/html', 'page'],
    ['', 'problem'],
    ['*/*', 'problem'],
    ['application/json', 'problem'],
    ['application/problem+json, text/html;q=0.9', 'problem'],
    ['application/json, text/plain, */*', 'problem'],
    ['text/html;q=0', 'problem'],
    ['image/png', 'problem'],
    [';;,q=', 'problem'],
  ])('a request that accepts %j gets a %s', async (accept, form) => {
    const { status, headers } = await answerTo(accept);
    expect(status).toBe(404);
    expect(headers.get('Content-Type')).toMatch(form === 'page' ? /^text\/html/ : /^application\/problem\+json$/);
    expect(headers.get('Vary')?.split(', ')).toContain('Accept');
    expect(headers.get('Cache-Control')).toBe('no-store');
  });

  test.each([
    ['POST', {}],
    ['DELETE', {}],
    ['GET', { Authorization: 'Bearer x' }],
  ])('a program that sends %s with %j gets a problem, whatever it accepts', async (method, headers) => {
    const answer = await call(method, '/nothing', { headers: { Accept: chrome, ...headers } });
    expect([answer.status, answer.json.code]).toEqual([404, 'http.not_found']);
  });

  test('HEAD on an unknown address answers a browser as GET does, without a body [K18]', async () => {
    const [head, get] = [await answerTo(chrome, '/nothing', 'HEAD'), await answerTo(chrome)];
    expect(head.text).toBe('');
    expect(get.text).not.toBe('');
    const stable = [...get.headers].filter(([name]) => !['x-request-id', 'content-length'].includes(name));
    expect([head.status, [...head.headers].filter(([name]) => name !== 'x-request-id')]).toEqual([404, stable]);
  });

  test('a missing thing and a wrong method answer problems, even to a browser', async () => {
    expect((await answerTo(chrome, '/v1/journeys/1')).json.status).toBe(401);
    expect((await answerTo(chrome, '/v1/auth/token')).json.code).toBe('http.method_not_allowed');
  });
});
