/** Loading this gives the course's tensors their operators. */
import { arithmetic } from "./arithmetic.ts";
import { computeGradientOfVariables } from "./autodiff.ts";
import { makeTuple, tupleGetItem } from "./tuple.ts";
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
