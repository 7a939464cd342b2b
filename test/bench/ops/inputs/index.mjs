/** Arguments of the ops whose samples cannot be scaled, or show little when they are: about a million elements, matrices of 512 x 512, and usual sizes of layers. */
import { elementwise } from "./elementwise.mjs";
import { functional } from "./functional.mjs";
import { indexing } from "./indexing.mjs";
import { linalg } from "./linalg.mjs";
import { reduce } from "./reduce.mjs";
import { sampling } from "./sampling.mjs";
import { shape } from "./shape.mjs";
import { signal } from "./signal.mjs";

/**
 * The cases of an op by its name; another title than the op's tells two cases apart. Results are not compared with PyTorch's where they are random, or PyTorch's
 * gradient is wrong.
 */
export const inputs = {
  ...elementwise,
  ...shape,
  ...indexing,
  ...reduce,
  ...linalg,
  ...functional,
  ...sampling,
  ...signal,
};
