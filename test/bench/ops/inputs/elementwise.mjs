/** Arguments of elementwise ops. */
import { bools, dtype, integers, normal, uniform } from "../data.mjs";

const n = 1024;
const matrix = normal(n, n);
const both = { input: matrix, other: normal(n, n) };
const half = uniform(0.01, 0.99, n, n);

export const elementwise = {
  pow: [
    { input: uniform(0.1, 3, n, n), exponent: uniform(-2, 2, n, n) },
    { title: "pow, a number", input: uniform(0.1, 3, n, n), exponent: 2.5 },
  ],
  add: [
    both,
    { title: "add, a row", input: matrix, other: normal(n) },
    { title: "add, a column", input: matrix, other: normal(n, 1) },
    { title: "add, int32", input: integers(-9, 9, n, n), other: integers(-9, 9, n, n) },
  ],
  mul: [both, { title: "mul, int32", input: integers(-9, 9, n, n), other: integers(-9, 9, n, n) }],
  floorDivide: [both],
  remainder: [{ input: matrix, other: uniform(0.5, 3, n, n) }],
  fmod: [{ input: matrix, other: uniform(0.5, 3, n, n) }],
  eq: [both, { title: "eq, int32", input: integers(0, 3, n, n), other: integers(0, 3, n, n) }],
  lt: [both, { title: "lt, a number", input: matrix, other: 0.5 }],
  logicalAnd: [{ input: bools(n, n), other: bools(n, n) }],
  logicalOr: [{ input: bools(n, n), other: bools(n, n) }],
  logicalNot: [{ input: bools(n, n) }, { title: "logicalNot, float32", input: matrix }],
  where: [{ condition: bools(n, n), input: matrix, other: normal(n, n) }],
  clamp: [{ input: matrix, min: -1, max: 1 }],
  polygamma: [{ n: 1, input: uniform(0.5, 5, n, n) }],
  // the derivative in the order is not implemented, so orders are integers; ln Γ of 1 and 2 is 0, which no other order has
  igamma: [{ input: integers(3, 7, n, n), other: uniform(0.5, 5, n, n) }],
  igammac: [{ input: integers(3, 7, n, n), other: uniform(0.5, 5, n, n) }],
  logit: [{ input: half }],
  round: [{ input: matrix }, { title: "round, 2 decimals", input: matrix, decimals: 2 }],
  isnan: [{ input: matrix }],
  isfinite: [{ input: matrix }],
  ...Object.fromEntries(
    [
      ...["T", "U", "V", "W"].flatMap((kind) => [`chebyshevPolynomial${kind}`, `shiftedChebyshevPolynomial${kind}`]),
      "hermitePolynomialH",
      "hermitePolynomialHe",
      "laguerrePolynomialL",
      "legendrePolynomialP",
    ].map((name) => [name, [{ input: uniform(-1, 1, n, n), n: integers(0, 7, n, n) }]]),
  ),
  // casts, of which the functions named after dtypes have those from float32
  to: [
    ["float32", "float64"],
    ["float64", "float32"],
    ["float16", "float32"],
    ["bfloat16", "float32"],
    ["int32", "float32"],
    ["int64", "float32"],
    ["int8", "float32"],
    ["bool", "float32"],
    ["int64", "int32"],
    ["int32", "int64"],
    ["float64", "int64"],
  ].map(([from, to]) => ({
    title: `to, ${from} to ${to}`,
    input: { ...(from === "bool" ? bools(n, n) : integers(0, 9, n, n)), dtype: from },
    dtype: dtype(to),
  })),
};
