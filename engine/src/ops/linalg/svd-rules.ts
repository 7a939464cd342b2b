/** The derivatives of the singular value decomposition (Townsend, "Differentiating the singular value decomposition", 2016). */
import type { RuleContext } from "../../dispatch/spec.ts";
import { zeros } from "../../tensor/create.ts";
import { isComplex } from "../../tensor/dtype.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, neg, sub } from "../elementwise/arithmetic.ts";
import { div, reciprocal } from "../elementwise/division.ts";
import { diagEmbed, diagonal } from "../shape/diagonal.ts";
import { unsqueeze } from "../shape/expand.ts";
import { cat } from "../shape/join.ts";
import { narrow } from "../shape/window.ts";
import { differences } from "./differences.ts";
import { matmul } from "./matmul.ts";
import { addPresent, imaginaryDiagonal, mH, realOf } from "./operands.ts";
import { requirePhaseless } from "./phases.ts";

/** Returns X - Xᴴ. */
const skew = (x: Tensor): Tensor => sub(x, mH(x));

/** Multiplies columns by the elements of s. */
const columns = (x: Tensor, s: Tensor): Tensor => mul(x, unsqueeze(s, -2));

/** Multiplies rows by the elements of s. */
const rows = (s: Tensor, x: Tensor): Tensor => mul(unsqueeze(s, -1), x);

/** The sizes, and the vectors of U and Vᵀ that belong to singular values. */
interface Factors {
  readonly m: number;
  readonly n: number;
  readonly U: Tensor;
  readonly S: Tensor;
  readonly Vh: Tensor;
}

function factorsOf({ outputs: [U, S, Vh], metas: [x] }: RuleContext<unknown>): Factors {
  const [m, n] = x.shape.slice(-2);
  const k = S.size(-1);
  return { m, n, S, U: narrow(U, -1, 0, k), Vh: narrow(Vh, -2, 0, k) };
}

/** Returns the cotangent of the matrix. Vectors without a singular value have no gradient. */
export function throughSvd(ctx: RuleContext<unknown>): Tensor {
  const { m, n, U, S, Vh } = factorsOf(ctx);
  const [givenU, gS, givenVh] = ctx.cotangents;
  const k = S.size(-1);
  if (givenU === null && givenVh === null) return matmul(columns(U, gS as Tensor), Vh);
  const gU = givenU && narrow(givenU, -1, 0, k);
  const gVh = givenVh && narrow(givenVh, -2, 0, k);
  const [turnedU, turnedV] = [gU && matmul(mH(U), gU), gVh && matmul(Vh, mH(gVh))];
  requirePhaseless("linalg.svd", addPresent(turnedU, turnedV));
  const [fromU, fromV] = [turnedU && columns(skew(turnedU), S), turnedV && rows(S, skew(turnedV))];
  const vectors = div(addPresent(fromU, fromV), differences(mul(S, S)));
  // phases of complex vectors that U alone would change
  const phases = turnedU !== null && isComplex(U.dtype) ? columns(imaginaryDiagonal(turnedU), reciprocal(S)) : null;
  const inner = addPresent(phases === null ? vectors : add(vectors, phases), gS && diagEmbed(gS));
  if (m > n && gU !== null) {
    const outside = div(gU, unsqueeze(S, -2));
    return matmul(add(matmul(U, inner), sub(outside, matmul(U, matmul(mH(U), outside)))), Vh);
  }
  if (m < n && gVh !== null) {
    const outside = div(gVh, unsqueeze(S, -1));
    return matmul(U, add(matmul(inner, Vh), sub(outside, matmul(matmul(outside, mH(Vh)), Vh))));
  }
  return matmul(matmul(U, inner), Vh);
}

/** Returns the tangents of U, S and Vᵀ. Those of vectors without a singular value are 0, as in PyTorch. */
export function svdTangents(dx: Tensor, ctx: RuleContext<unknown>): readonly Tensor[] {
  const { m, n, U, S, Vh } = factorsOf(ctx);
  const turned = matmul(matmul(mH(U), dx), mH(Vh));
  const dS = realOf(diagonal(turned, 0, -2, -1));
  const rest = sub(turned, diagEmbed(dS));
  const E = differences(mul(S, S));
  const symmetric = (x: Tensor): Tensor => add(x, mH(x));
  let dU = matmul(U, div(symmetric(columns(rest, S)), E));
  let dVh = matmul(div(neg(symmetric(rows(S, rest))), E), Vh);
  if (isComplex(U.dtype)) {
    // the phase of a singular value is shared by both vectors
    const phases = columns(imaginaryDiagonal(turned), reciprocal(mul(S, 2)));
    dU = add(dU, matmul(U, phases));
    dVh = add(dVh, matmul(phases, Vh));
  }
  if (m > n) {
    const outside = matmul(dx, div(mH(Vh), unsqueeze(S, -2)));
    dU = add(dU, sub(outside, matmul(U, matmul(mH(U), outside))));
  }
  if (m < n) {
    const outside = matmul(div(mH(U), unsqueeze(S, -1)), dx);
    dVh = add(dVh, sub(outside, matmul(matmul(outside, mH(Vh)), Vh)));
  }
  const [{ shape: whole }, , { shape: wholeVh }] = ctx.outputMetas;
  return [extended(dU, -1, whole[whole.length - 1]), dS, extended(dVh, -2, wholeVh[wholeVh.length - 2])];
}

/** Returns the tensor with zeros appended up to a size. */
function extended(x: Tensor, dim: number, size: number): Tensor {
  const missing = size - x.size(dim);
  if (missing === 0) return x;
  return cat([x, zeros(x.shape.with(x.ndim + dim, missing), { dtype: x.dtype })], dim);
}
