import type { Rider } from './riders.ts';
import type { Scene } from './scene.ts';

/** A difference between the two worlds that no stranger may notice. */
export type Difference = {
  name: string;
  /** Lets a rider do the same in both worlds, except for this difference. */
  apply: (rider: Rider, scene: Scene) => Promise<void>;
};
