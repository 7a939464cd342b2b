/** Integrated gradients. */
import { noGrad } from "../../tape/graph/mode.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { broadcastsTo, sameShape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { Attribution } from "./attribution.ts";
import { type GradientAttributionOptions, gradientAt, type Predictor, pointOf } from "./point.ts";

/** Options of `integratedGradients`. */
export interface IntegratedGradientsOptions extends GradientAttributionOptions {
  /** The value that stands for no information: a number for all elements, 0 by default, or a tensor that broadcasts to the input, or to the output of `layer`. */
  readonly baseline?: number | Tensor;
  /** The number of gradients that the integral takes, from 1 to 1000, 50 by default. */
  readonly steps?: number;
}

const maxSteps = 1000;

/** Nodes and weights of a quadrature on [0, 1]. */
type Quadrature = readonly (readonly [node: number, weight: number])[];

/**
 * Returns the Gauss-Legendre quadrature of n nodes on [0, 1]. A node is a zero of the Legendre polynomial Pₙ, found by Newton's method; its weight is
 * 1 / ((1 - x²) Pₙ′(x)²).
 */
export function gaussLegendre(n: number): Quadrature {
  return Array.from({ length: n }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 1;
    for (let iteration = 0; iteration < 100; iteration++) {
      let [before, p] = [1, x];
      for (let k = 2; k <= n; k++) [before, p] = [p, ((2 * k - 1) * x * p - (k - 1) * before) / k];
      slope = (n * (x * p - before)) / (x * x - 1);
      const step = p / slope;
      x -= step;
      if (Math.abs(step) < 1e-15) break;
    }
    return [(1 - x) / 2, 1 / ((1 - x * x) * slope * slope)] as const;
  });
}

/**
 * Returns integrated gradients for each element of `input`, of shape [n, ...]: (x - b) ∫₀¹ ∂f(b + α (x - b)) / ∂x dα with the baseline b, by Gauss-Legendre
 * quadrature. The contributions of an example add up to f(x) - f(b); the display states by how much they miss it. Source: Sundararajan, Taly and Yan, "Axiomatic
 * Attribution for Deep Networks", 2017.
 * @throws DTypeError for an input of integers without `layer`; ArgumentError for a target that is no class of the output, and for steps out of range; ShapeError for
 * a baseline that does not broadcast to the input.
 * @example
 * const f = (x: Tensor) => x.pow(2).sum(1);
 * inspect.integratedGradients(f, tensor([[3, -2]])).values.round().toArray(); // [[9, 4]]
 */
export function integratedGradients(
  model: Predictor,
  input: Tensor,
  options: IntegratedGradientsOptions = {},
): Attribution {
  const { baseline = 0, steps = 50 } = options;
  if (!Number.isInteger(steps) || steps < 1 || steps > maxSteps)
    throw new ArgumentError("integratedGradients", `steps must be an integer from 1 to ${maxSteps}, but got ${steps}`);
  const point = pointOf("integratedGradients", model, input, options);
  const { value } = point;
  if (
    baseline instanceof Tensor &&
    !sameShape(baseline.shape, value.shape) &&
    !broadcastsTo(baseline.shape, value.shape)
  )
    throw new ShapeError("integratedGradients", `the baseline must broadcast to ${point.name}`, [
      value.shape,
      baseline.shape,
    ]);
  const start = noGrad(() => value.mul(0).add(baseline));
  const difference = value.sub(start);
  const values = noGrad(() => {
    let mean = value.mul(0);
    for (const [node, weight] of gaussLegendre(steps))
      mean = mean.add(gradientAt(point, start.add(difference.mul(node))).mul(weight));
    return mean.mul(difference);
  });
  const change = noGrad(() => point.scores.sub(point.scoresAt(start)));
  const missing = Math.abs(values.sum().sub(change.sum()).item());
  return new Attribution(
    {
      method: "Integrated gradients",
      facts: [
        `at ${point.name}`,
        `baseline ${baseline instanceof Tensor ? "given" : baseline}`,
        `${steps} steps`,
        `sum misses the change of the output by ${missing.toPrecision(2)}`,
      ],
      signed: true,
    },
    values,
    input,
    point,
    options,
  );
}
