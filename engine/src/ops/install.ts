/** Loading this gives Tensor its methods and the tape its algebra. */

import { setAlgebra } from "../tape/algebra.ts";
import { full } from "../tensor/create.ts";
import { setWithRows, Tensor } from "../tensor/tensor.ts";
import { accumulate, addTo } from "./accumulate.ts";
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
    addTo,
    addInPlace: accumulate,
    sumTo,
    to,
    clone,
    constant: ({ shape, dtype }, value) => full(shape, value, { dtype }),
    reshape,
    select: (x, i) => select(x, 0, i),
    stack: (xs) => stack(xs),
  });
}
