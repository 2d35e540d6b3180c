import type { Context } from 'hono';
import type { JSX } from 'hono/jsx/jsx-runtime';
import type { HttpEnv } from '../http/env.ts';
import { createRouter } from '../http/router.ts';
import { hasTokenCookie } from '../http/token-cookies.ts';
import { Home } from './home.tsx';
import { pagePolicy } from './layout.tsx';
import { NotFound } from './not-found.tsx';
import { ResetPassword } from './reset-password.tsx';
import { SignIn } from './sign-in.tsx';
import { VerifyEmail } from './verify-email.tsx';

const answerPage = (c: Context<HttpEnv>, page: JSX.Element, status: 200 | 404 = 200) =>
  c.html(`<!doctype html>${page}`, status, { 'Content-Security-Policy': pagePolicy });

export const pageRoutes = createRouter();

pageRoutes.get('/', (c) => answerPage(c, <Home />));
pageRoutes.get('/sign-in', (c) =>
  answerPage(c, <SignIn hasAccess={hasTokenCookie(c, 'access')} hasRefresh={hasTokenCookie(c, 'refresh')} />),
);
pageRoutes.get('/verify-email', (c) => answerPage(c, <VerifyEmail />));
pageRoutes.get('/reset-password', (c) => answerPage(c, <ResetPassword />));

export const answerNotFoundPage = (c: Context<HttpEnv>) => answerPage(c, <NotFound />, 404);
