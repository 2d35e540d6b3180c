import type { Rider } from './riders.ts';
import type { Scene } from './scene.ts';

/** A way in which two worlds may differ and no stranger may notice. */
export type Difference = {
  name: string;
  /** Has a rider do in both worlds what is the same but for that. */
  enact: (rider: Rider, scene: Scene) => Promise<void>;
};
