/** The cofactors of matrices, which are the gradient of the determinant. */
import { everyElement } from "../../dispatch/batched.ts";
import { arange, eye } from "../../tensor/create.ts";
import { isComplex } from "../../tensor/dtype.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { abs, sign } from "../elementwise/absolute.ts";
import { mul } from "../elementwise/arithmetic.ts";
import { eq, lt } from "../elementwise/compare.ts";
import { conj } from "../elementwise/complex.ts";
import { where } from "../elementwise/where.ts";
import { prod } from "../reduce/prod.ts";
import { diagonal } from "../shape/diagonal.ts";
import { unsqueeze } from "../shape/expand.ts";
import { invEx } from "./inverse.ts";
import { luFactorEx } from "./lu-factor.ts";
import { matmul } from "./matmul.ts";
import { mT } from "./operands.ts";
import { linalgSvd } from "./svd.ts";
import { epsilonOf } from "./tolerance.ts";

/** Returns a tensor for each matrix [...] as [..., 1, 1]. */
const perMatrix = (x: Tensor): Tensor => unsqueeze(unsqueeze(x, -1), -1);

/** Returns det(X) X⁻ᵀ. */
const regular = (x: Tensor, determinant: Tensor): Tensor => mul(perMatrix(determinant), mT(invEx(x).inverse));

/** Returns the determinants of orthogonal matrices, 1 or -1, which small changes leave alone, and of unitary ones. */
function signsOf(x: Tensor): Tensor {
  const { LU, pivots } = luFactorEx(x);
  const exchanges = where(eq(pivots, arange(1, x.size(-1) + 1, 1, { dtype: "int32" })), 1, -1);
  const pivotsOfU = diagonal(LU, 0, -2, -1);
  return prod(mul(isComplex(x.dtype) ? pivotsOfU : sign(pivotsOfU), exchanges), -1);
}

/** Returns det(U) det(V) U D Vᵀ, where d_i is the product of all singular values but the i-th, which is finite for singular matrices too. */
function bySingularValues(x: Tensor): Tensor {
  const { U, S, Vh } = linalgSvd(x);
  const others = prod(where(eye(S.size(-1), { dtype: "bool" }), 1, unsqueeze(S, -2)), -1);
  if (isComplex(x.dtype))
    return mul(perMatrix(signsOf(matmul(U, Vh))), matmul(mul(conj(U), unsqueeze(others, -2)), conj(Vh)));
  return mul(perMatrix(signsOf(matmul(U, Vh).detach())), matmul(mul(U, unsqueeze(others, -2)), Vh));
}

/** Returns the cofactors of square matrices whose determinants are given; of nearly singular ones by singular values, as in PyTorch. */
export function cofactors(x: Tensor, determinant: Tensor): Tensor {
  const bound = 100 * epsilonOf(x);
  const values = Array.from(everyElement(abs(determinant)));
  const count = values.filter((v) => v < bound).length;
  if (count === 0) return regular(x, determinant);
  if (count === values.length) return bySingularValues(x);
  const isSmall = perMatrix(lt(abs(determinant), bound));
  const safe = where(isSmall, eye(x.size(-1), { dtype: x.dtype }), x);
  return where(isSmall, bySingularValues(x), regular(safe, determinant));
}
