import { docsRoutes } from '../http/docs.ts';
import { pageRoutes } from '../pages/pages.tsx';

/** The pages for people. */
export const routers = [docsRoutes, pageRoutes];
