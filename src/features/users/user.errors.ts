import { defineError } from '../../errors.ts';

export const lastAdmin = defineError(
  'conflict',
  'users.last_admin',
  'This is the last admin. Make another account an admin first.',
);
export const usernameTaken = defineError(
  'conflict',
  'users.username_taken',
  'Another rider has this username. Choose another one.',
);
