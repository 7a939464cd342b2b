/** Installation of the operators on the course's tensors. */
import { computeGradientOfVariables } from "./autodiff.ts";
import { operators } from "./operators.ts";
import { makeTuple, tupleGetItem } from "./ops/tuple.ts";
import { installOps } from "./tensor.ts";

/** Installs the operators; called once, by the package's entry. */
export function installNeedle(): void {
  installOps({
    item: tupleGetItem,
    make: (items) => makeTuple(...items),
    backward: computeGradientOfVariables,
    methods: operators,
  });
}
