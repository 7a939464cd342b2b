/** Norms of vectors. */
import { isComplex, realDType } from "../../tensor/dtype.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { abs } from "../elementwise/absolute.ts";
import { add, square } from "../elementwise/arithmetic.ts";
import { eq, ne } from "../elementwise/compare.ts";
import { to } from "../elementwise/convert.ts";
import { sqrt } from "../elementwise/exponential.ts";
import { pow } from "../elementwise/power.ts";
import { where } from "../elementwise/where.ts";
import { amax, amin } from "../reduce/max.ts";
import { sum } from "../reduce/sum.ts";
import { imag, real } from "../shape/view-as-complex.ts";

/** Applies a power with 0 as value and gradient at 0, where the derivative of a root is infinite. */
function powerOrZero(x: Tensor, f: (x: Tensor) => Tensor): Tensor {
  const zero = eq(x, 0);
  return where(zero, 0, f(where(zero, 1, x)));
}

/** Returns |x|². */
const squaredSize = (x: Tensor): Tensor => (isComplex(x.dtype) ? add(square(real(x)), square(imag(x))) : square(x));

/** Returns the p-norm along dimensions. The gradient of a vector of zeros is 0. */
export function normAlong(x: Tensor, p: number, dim: number | readonly number[] | null, keepdim: boolean): Tensor {
  const options = { dim, keepdim };
  switch (p) {
    case 0:
      return sum(to(ne(x, 0), realDType(x.dtype)), options);
    case 1:
      return sum(abs(x), options);
    case 2:
      return powerOrZero(sum(squaredSize(x), options), sqrt);
    case Infinity:
      return amax(abs(x), options);
    case -Infinity:
      return amin(abs(x), options);
    default: {
      // the derivative of |x|^p is infinite at 0 for p < 1
      const total = sum(p > 0 ? powerOrZero(abs(x), (a) => pow(a, p)) : pow(abs(x), p), options);
      return powerOrZero(total, (t) => pow(t, 1 / p));
    }
  }
}
