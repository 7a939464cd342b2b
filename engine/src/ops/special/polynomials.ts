/** Orthogonal polynomials of a degree that a tensor gives: Chebyshev, Hermite, Laguerre and Legendre. */
import { defineOp, type Run } from "../../dispatch/define.ts";
import { promotedFloatDType } from "../../dispatch/elementwise.ts";
import { castTo, zipper } from "../../dispatch/loops.ts";
import { type Operand, toOperand } from "../../dispatch/operand.ts";
import { zeros } from "../../tensor/create.ts";
import { ArgumentError, DTypeError } from "../../tensor/errors.ts";
import { broadcastShapes } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { mul } from "../elementwise/arithmetic.ts";
import { chebyshev, type Family, polynomialOf, shiftedChebyshev } from "./recurrence.ts";

/** A polynomial of x whose degree is n. */
type Polynomial = (input: Operand, n: Operand) => Tensor;

/** The largest degree: the recurrence takes a step for each. */
const maxDegree = 1e6;

function checkDegree(name: string, degree: number): number {
  if (degree > maxDegree) throw new ArgumentError(name, `the degree must be at most ${maxDegree}, but got ${degree}`);
  return degree;
}

/** Defines the polynomials of a family. The op has the order of the derivative in x as its parameter, so that its gradient is the op of the next order. */
function polynomials(name: string, torch: string, symbol: string, family: Family): Polynomial {
  const run: Run<number> = defineOp<number>({
    name,
    torch: `special.${torch}`,
    access: "function",
    signature: "input, n",
    label: (order) => `${name}${"′".repeat(order)}`,
    tex: { forward: `y = ${symbol}_n(x)`, vjp: `\\bar x = {${symbol}_n}'(x)\\, \\bar y` },
    outputs: ([x, n]) => ({ shape: broadcastShapes(name, [x.shape, n.shape]), dtype: promotedFloatDType(x, n) }),
    kernel: (out, [x, n], { params: order, inputs, outputs: [{ shape, dtype }] }) =>
      zipper((v, degree) => polynomialOf(family, v, checkDegree(name, degree), order))(
        out,
        castTo(x, dtype),
        castTo(n, dtype),
        inputs[0].shape,
        inputs[1].shape,
        shape,
      ),
    saves: [{ inputs: [0, 1] }, {}],
    vjp: (g, { inputs: [x, n], params: order, needs }) => [needs[0] ? mul(g, run([x, n], order + 1)) : null, null],
    jvp: ([dx], { inputs: [x, n], params: order, outputMetas: [y] }) =>
      dx === null ? zeros(y.shape, { dtype: y.dtype }) : mul(dx, run([x, n], order + 1)),
    batch: "elementwise",
    samples: (r) => [
      { input: r.normal([2, 3]), n: r.integers([3], 0, 6) },
      { input: r.normal([3]), n: 3 },
    ],
    call: (input: Operand, n: Operand) => op(input, n),
  });
  const op: Polynomial = (input, n) => {
    if (!(input instanceof Tensor || n instanceof Tensor))
      throw new DTypeError(name, "at least one operand must be a tensor", ["two numbers"]);
    return run([toOperand(name, input), toOperand(name, n)], 0);
  };
  return op;
}

/**
 * Returns the Chebyshev polynomial of the first kind Tₙ(x) of each pair of elements x of `input` and degrees n, with broadcasting, by the three-term recurrence. Integers become float32; a degree is
 * truncated to an integer, and the result for a negative one is 0. There is a gradient with respect to `input` alone. Source: DLMF 18.9.
 * @throws DTypeError for two numbers; ShapeError when the shapes do not broadcast; ArgumentError for a degree above 1,000,000.
 * @example special.chebyshevPolynomialT(tensor([2]), 2).toArray(); // [7]
 */
export const chebyshevPolynomialT: Polynomial = polynomials(
  "chebyshevPolynomialT",
  "chebyshev_polynomial_t",
  "T",
  chebyshev(1, 0),
);

/**
 * Returns the Chebyshev polynomial of the second kind Uₙ(x) of each pair of elements x of `input` and degrees n, with broadcasting, by the three-term recurrence. Integers become float32; a degree is
 * truncated to an integer, and the result for a negative one is 0. There is a gradient with respect to `input` alone. Source: DLMF 18.9.
 * @throws DTypeError for two numbers; ShapeError when the shapes do not broadcast; ArgumentError for a degree above 1,000,000.
 * @example special.chebyshevPolynomialU(tensor([2]), 2).toArray(); // [15]
 */
export const chebyshevPolynomialU: Polynomial = polynomials(
  "chebyshevPolynomialU",
  "chebyshev_polynomial_u",
  "U",
  chebyshev(2, 0),
);

/**
 * Returns the Chebyshev polynomial of the third kind Vₙ(x) of each pair of elements x of `input` and degrees n, with broadcasting, by the three-term recurrence. Integers become float32; a degree is
 * truncated to an integer, and the result for a negative one is 0. There is a gradient with respect to `input` alone. Source: DLMF 18.9.
 * @throws DTypeError for two numbers; ShapeError when the shapes do not broadcast; ArgumentError for a degree above 1,000,000.
 * @example special.chebyshevPolynomialV(tensor([2]), 2).toArray(); // [11]
 */
export const chebyshevPolynomialV: Polynomial = polynomials(
  "chebyshevPolynomialV",
  "chebyshev_polynomial_v",
  "V",
  chebyshev(2, -1),
);

/**
 * Returns the Chebyshev polynomial of the fourth kind Wₙ(x) of each pair of elements x of `input` and degrees n, with broadcasting, by the three-term recurrence. Integers become float32; a degree is
 * truncated to an integer, and the result for a negative one is 0. There is a gradient with respect to `input` alone. Source: DLMF 18.9.
 * @throws DTypeError for two numbers; ShapeError when the shapes do not broadcast; ArgumentError for a degree above 1,000,000.
 * @example special.chebyshevPolynomialW(tensor([2]), 2).toArray(); // [19]
 */
export const chebyshevPolynomialW: Polynomial = polynomials(
  "chebyshevPolynomialW",
  "chebyshev_polynomial_w",
  "W",
  chebyshev(2, 1),
);

/**
 * Returns the shifted Chebyshev polynomial of the first kind Tₙ(2x - 1) of each pair of elements x of `input` and degrees n, with broadcasting, by the three-term recurrence. Integers become float32; a degree is
 * truncated to an integer, and the result for a negative one is 0. There is a gradient with respect to `input` alone. Source: DLMF 18.9.
 * @throws DTypeError for two numbers; ShapeError when the shapes do not broadcast; ArgumentError for a degree above 1,000,000.
 * @example special.shiftedChebyshevPolynomialT(tensor([1.5]), 2).toArray(); // [7]
 */
export const shiftedChebyshevPolynomialT: Polynomial = polynomials(
  "shiftedChebyshevPolynomialT",
  "shifted_chebyshev_polynomial_t",
  "T^*",
  shiftedChebyshev(1, 0),
);

/**
 * Returns the shifted Chebyshev polynomial of the second kind Uₙ(2x - 1) of each pair of elements x of `input` and degrees n, with broadcasting, by the three-term recurrence. Integers become float32; a degree is
 * truncated to an integer, and the result for a negative one is 0. There is a gradient with respect to `input` alone. Source: DLMF 18.9.
 * @throws DTypeError for two numbers; ShapeError when the shapes do not broadcast; ArgumentError for a degree above 1,000,000.
 * @example special.shiftedChebyshevPolynomialU(tensor([1.5]), 2).toArray(); // [15]
 */
export const shiftedChebyshevPolynomialU: Polynomial = polynomials(
  "shiftedChebyshevPolynomialU",
  "shifted_chebyshev_polynomial_u",
  "U^*",
  shiftedChebyshev(2, 0),
);

/**
 * Returns the shifted Chebyshev polynomial of the third kind Vₙ(2x - 1) of each pair of elements x of `input` and degrees n, with broadcasting, by the three-term recurrence. Integers become float32; a degree is
 * truncated to an integer, and the result for a negative one is 0. There is a gradient with respect to `input` alone. Source: DLMF 18.9.
 * @throws DTypeError for two numbers; ShapeError when the shapes do not broadcast; ArgumentError for a degree above 1,000,000.
 * @example special.shiftedChebyshevPolynomialV(tensor([1.5]), 2).toArray(); // [11]
 */
export const shiftedChebyshevPolynomialV: Polynomial = polynomials(
  "shiftedChebyshevPolynomialV",
  "shifted_chebyshev_polynomial_v",
  "V^*",
  shiftedChebyshev(2, -1),
);

/**
 * Returns the shifted Chebyshev polynomial of the fourth kind Wₙ(2x - 1) of each pair of elements x of `input` and degrees n, with broadcasting, by the three-term recurrence. Integers become float32; a degree is
 * truncated to an integer, and the result for a negative one is 0. There is a gradient with respect to `input` alone. Source: DLMF 18.9.
 * @throws DTypeError for two numbers; ShapeError when the shapes do not broadcast; ArgumentError for a degree above 1,000,000.
 * @example special.shiftedChebyshevPolynomialW(tensor([1.5]), 2).toArray(); // [19]
 */
export const shiftedChebyshevPolynomialW: Polynomial = polynomials(
  "shiftedChebyshevPolynomialW",
  "shifted_chebyshev_polynomial_w",
  "W^*",
  shiftedChebyshev(2, 1),
);

/**
 * Returns the physicist's Hermite polynomial Hₙ(x) of each pair of elements x of `input` and degrees n, with broadcasting, by the three-term recurrence. Integers become float32; a degree is
 * truncated to an integer, and the result for a negative one is 0. There is a gradient with respect to `input` alone. Source: DLMF 18.9.
 * @throws DTypeError for two numbers; ShapeError when the shapes do not broadcast; ArgumentError for a degree above 1,000,000.
 * @example special.hermitePolynomialH(tensor([2]), 2).toArray(); // [14]
 */
export const hermitePolynomialH: Polynomial = polynomials("hermitePolynomialH", "hermite_polynomial_h", "H", {
  first: [2, 0],
  step: (n) => [2, 0, 2 * n],
});

/**
 * Returns the probabilist's Hermite polynomial Heₙ(x) of each pair of elements x of `input` and degrees n, with broadcasting, by the three-term recurrence. Integers become float32; a degree is
 * truncated to an integer, and the result for a negative one is 0. There is a gradient with respect to `input` alone. Source: DLMF 18.9.
 * @throws DTypeError for two numbers; ShapeError when the shapes do not broadcast; ArgumentError for a degree above 1,000,000.
 * @example special.hermitePolynomialHe(tensor([2]), 2).toArray(); // [3]
 */
export const hermitePolynomialHe: Polynomial = polynomials(
  "hermitePolynomialHe",
  "hermite_polynomial_he",
  "\\mathrm{He}",
  { first: [1, 0], step: (n) => [1, 0, n] },
);

/**
 * Returns the Laguerre polynomial Lₙ(x) of each pair of elements x of `input` and degrees n, with broadcasting, by the three-term recurrence. Integers become float32; a degree is
 * truncated to an integer, and the result for a negative one is 0. There is a gradient with respect to `input` alone. Source: DLMF 18.9.
 * @throws DTypeError for two numbers; ShapeError when the shapes do not broadcast; ArgumentError for a degree above 1,000,000.
 * @example special.laguerrePolynomialL(tensor([2]), 2).toArray(); // [-1]
 */
export const laguerrePolynomialL: Polynomial = polynomials("laguerrePolynomialL", "laguerre_polynomial_l", "L", {
  first: [-1, 1],
  step: (n) => [-1 / (n + 1), (2 * n + 1) / (n + 1), n / (n + 1)],
});

/**
 * Returns the Legendre polynomial Pₙ(x) of each pair of elements x of `input` and degrees n, with broadcasting, by the three-term recurrence. Integers become float32; a degree is
 * truncated to an integer, and the result for a negative one is 0. There is a gradient with respect to `input` alone. Source: DLMF 18.9.
 * @throws DTypeError for two numbers; ShapeError when the shapes do not broadcast; ArgumentError for a degree above 1,000,000.
 * @example special.legendrePolynomialP(tensor([3]), 2).toArray(); // [13]
 */
export const legendrePolynomialP: Polynomial = polynomials("legendrePolynomialP", "legendre_polynomial_p", "P", {
  first: [1, 0],
  step: (n) => [(2 * n + 1) / (n + 1), 0, n / (n + 1)],
});
