/** Loading this gives the course's tensors their operators. */

import { computeGradientOfVariables } from "./autodiff.ts";
import { arithmetic } from "./operators.ts";
import { makeTuple, tupleGetItem } from "./ops/tuple.ts";
import { installOps } from "./value.ts";

/** Done once, by the package's entry. */
export function installNeedle(): void {
  installOps({
    item: tupleGetItem,
    make: (items) => makeTuple(...items),
    backward: computeGradientOfVariables,
    methods: arithmetic,
  });
}
