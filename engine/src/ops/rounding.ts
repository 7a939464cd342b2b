/** Rounding: steps, whose gradient is 0 wherever there is one, and 0 at the jumps too, as in PyTorch. */
import { flat, unary } from "../op/elementwise.ts";
import type { Tensor } from "../tensor/tensor.ts";

type Unary = (input: Tensor) => Tensor;

const step = (name: string, forward: string, f: (x: number) => number): Unary =>
  unary({
    name,
    torch: name,
    tex: { forward, vjp: "\\bar x = 0" },
    f,
    result: "same",
    saves: "none",
    derivative: flat,
    domain: [0.1, 0.4],
  });

/** The greatest integer that is not above. The gradient is 0. @example floor(tensor([-1.5, 2])).toArray(); // [-2, 2] */
export const floor: Unary = step("floor", "y = \\lfloor x \\rfloor", Math.floor);

/** The least integer that is not below. The gradient is 0. @example ceil(tensor([-1.5, 2])).toArray(); // [-1, 2] */
export const ceil: Unary = step("ceil", "y = \\lceil x \\rceil", Math.ceil);

/** The integer part. The gradient is 0. @example trunc(tensor([-1.5, 2])).toArray(); // [-1, 2] */
export const trunc: Unary = step("trunc", "y = \\mathrm{trunc}(x)", Math.trunc);

/** Halves go to the even neighbour. */
const toEven = (x: number): number => {
  const r = Math.round(x);
  return Math.abs(x % 1) === 0.5 && r % 2 !== 0 ? r - 1 : r;
};

/** The nearest integer; halves go to the even one. The gradient is 0. @example round(tensor([0.5, 1.5, 2.4])).toArray(); // [0, 2, 2] */
export const round: Unary = step("round", "y = \\mathrm{round}(x)", toEven);
