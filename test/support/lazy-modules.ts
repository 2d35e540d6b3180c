import { areas } from '../../src/areas/areas.ts';

/*
 * Kairos imports these modules on their first use. The module runner of vitest shares the promise of such an import
 * between requests, so some of many simultaneous first requests would hang. A built Worker does not do that.
 */
await Promise.all([
  ...areas.map(({ load }) => load()),
  import('../../src/areas/pages.ts'),
  import('../../src/features/transfer/formats/file.ts'),
  import('../../src/http/document/document.ts'),
  import('../../src/lib/common-passwords.ts'),
  import('../../src/lib/local-days.ts'),
  import('../../src/lib/password-hash.ts'),
  import('../../src/pages/pages.tsx'),
  import('resend'),
]);
