/** In the order of use, the main job first. */
export const tags = [
  { name: 'Journeys', description: 'Plan a journey, start it, complete it.' },
  { name: 'Routes', description: 'Import the lines of a journey, and read their days and totals.' },
  { name: 'Markers', description: 'Places on a journey, planned or visited.' },
  { name: 'Discovery', description: 'Riders whose route and days come near yours.' },
  { name: 'Connections', description: 'Ask a rider to connect, and learn what happened.' },
  { name: 'Riders', description: 'Your account, the profiles of others, blocks and reports.' },
  { name: 'Privacy', description: 'Places that other riders never see.' },
  { name: 'Identity', description: 'Sign up, log in, and manage sessions and passwords.' },
  { name: 'API keys', description: 'Keys for your own programs.' },
  { name: 'Calendar', description: 'Links by which calendar programs show your planned days.' },
  { name: 'Mail', description: 'Calls of mail programs and of the mail provider.' },
  { name: 'Admin', description: 'Manage accounts and reports.' },
  { name: 'Health', description: 'Probes for operators.' },
] as const;
