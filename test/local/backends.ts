/** Where the same cases run: always over the embedded Postgres, and over an ordinary one when the environment has it. */
export const backends: { name: string; url: string | undefined }[] = [
  { name: 'the embedded Postgres', url: undefined },
  ...(process.env.DATABASE_URL ? [{ name: 'an ordinary Postgres', url: process.env.DATABASE_URL }] : []),
];
