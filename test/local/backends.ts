const url = process.env.DATABASE_URL;

/** The databases for the cases: the embedded Postgres, or an ordinary one if the environment names it. */
export const backends: { name: string; url: string | undefined }[] = [
  url ? { name: 'an ordinary Postgres', url } : { name: 'the embedded Postgres', url },
];
