/** Loading this gives Tensor its methods and the tape its algebra. */

import { fasterOf } from "../op/fast.ts";
import { setAlgebra } from "../tape/algebra.ts";
import { usesFaster } from "../tape/rules.ts";
import { full } from "../tensor/create.ts";
import { setWithRows, Tensor } from "../tensor/tensor.ts";
import { add } from "./arithmetic.ts";
import { clone, to } from "./convert.ts";
import { stack } from "./join.ts";
import { installMethods } from "./methods.ts";
import { sumTo } from "./reduce.ts";
import { withRows } from "./rows.ts";
import { reshape } from "./shape.ts";
import { select } from "./window.ts";

/** Done once, by the package's entry. */
export function install(): void {
  installMethods(Tensor.prototype);
  setWithRows(withRows);
  setAlgebra({
    add,
    addTo: (a, b) => usesFaster() && fasterOf("add").kernel?.([a], [a, b], null) === true,
    sumTo,
    to,
    clone,
    constant: ({ shape, dtype }, value) => full(shape, value, { dtype }),
    reshape,
    select: (x, i) => select(x, 0, i),
    stack: (xs) => stack(xs),
  });
}
