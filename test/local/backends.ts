const url = process.env.DATABASE_URL;

/** Where the same cases run: over the embedded Postgres, or over an ordinary one when the environment has it. */
export const backends: { name: string; url: string | undefined }[] = [
  url ? { name: 'an ordinary Postgres', url } : { name: 'the embedded Postgres', url },
];
