/** Definition of tests of single elements, whose results are bool. */
import { complexReader } from "../../dispatch/complex-loops.ts";
import { defineOp, type Run } from "../../dispatch/define.ts";
import { mapper } from "../../dispatch/loops.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import type { Access } from "../../dispatch/spec.ts";
import type { ComplexNumber } from "../../tensor/complex.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** Defines a test of single elements. `tex` is the condition; without the test `complex`, complex tensors are refused. */
export function predicate(
  name: string,
  torch: string,
  tex: string,
  f: (x: number) => boolean,
  complex?: (z: ComplexNumber) => boolean,
  access: Access = "method",
): (input: Tensor) => Tensor {
  const map = mapper((v) => (f(v) ? 1 : 0));
  const run: Run<null> = defineOp<null>({
    name,
    torch,
    access,
    signature: "input",
    label: () => name,
    tex: { forward: `y = ${tex}`, vjp: "" },
    outputs: ([x]) => ({ shape: x.shape, dtype: "bool" }),
    kernel: (out, [x]) => map(out, x),
    saves: {},
    vjp: "none",
    jvp: "none",
    batch: "elementwise",
    complex: complex === undefined ? undefined : complexReader((z) => (complex(z) ? 1 : 0)),
    samples: (r) => [{ input: r.integers([2, 3], 0, 2) }, { input: r.normal([3]) }],
    call: (input: Tensor) => op(input),
  });
  const op = (input: Tensor): Tensor => run([requireTensor(name, input)], null);
  return op;
}
