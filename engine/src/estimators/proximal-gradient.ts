/** Proximal operators, argmin over y of h(y) + |y - x|² / 2t, projections, and the methods that use them. */
import { grad } from "../tape/backward/backward.ts";
import { enableGrad, noGrad } from "../tape/graph/mode.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { sparsemax } from "./sparsemax.ts";

/** A proximal operator: of a point, with a step. */
export type Prox = (x: Tensor, step: number) => Tensor;

/** Of λ |x|₁: every element nearer to 0 by λ t, or 0. @example estimators.proxL1(1)(tensor([3, 0.5]), 1).toArray(); // [2, 0] */
export const proxL1 =
  (lambda: number): Prox =>
  (x, step) =>
    x.sign().mul(
      x
        .abs()
        .sub(lambda * step)
        .clamp(0),
    );

/** Of λ/2 |x|²: shrinks by 1 / (1 + λ t). @example estimators.proxSquaredL2(1)(tensor([3]), 1).toArray(); // [1.5] */
export const proxSquaredL2 =
  (lambda: number): Prox =>
  (x, step) =>
    x.div(1 + lambda * step);

/** Of λ₁ |x|₁ + λ₂/2 |x|², the elastic net. @example estimators.proxElasticNet(1, 1)(tensor([3]), 1).toArray(); // [1] */
export const proxElasticNet =
  (l1: number, l2: number): Prox =>
  (x, step) =>
    proxL1(l1)(x, step).div(1 + l2 * step);

/** Of λ Σ |row|₂, the group lasso over the last dimension: rows shorter than λ t become 0. @example estimators.proxGroupLasso(1)(tensor([[3, 4], [0.1, 0.1]]), 1).select(0, 1).toArray(); // [0, 0] */
export const proxGroupLasso =
  (lambda: number): Prox =>
  (x, step) => {
    const norm = x.square().sum(-1, { keepdim: true }).sqrt();
    const factor = norm
      .clamp(1e-30)
      .reciprocal()
      .mul(-lambda * step)
      .add(1)
      .clamp(0);
    return x.mul(factor);
  };

/** Of a constraint: the projection, whatever the step. @example estimators.proxOf(estimators.projectNonNegative)(tensor([-1, 2]), 1).toArray(); // [0, 2] */
export const proxOf =
  (project: (x: Tensor) => Tensor): Prox =>
  (x) =>
    project(x);

/** On x ≥ 0. */
export const projectNonNegative = (x: Tensor): Tensor => x.clamp(0);

/** On low ≤ x ≤ high. */
export const projectBox = (x: Tensor, low: number, high: number): Tensor => x.clamp(low, high);

/** On the simplex of the given sum along the last dimension. @example estimators.projectSimplex(tensor([2, 0])).toArray(); // [1, 0] */
export const projectSimplex = (x: Tensor, total = 1): Tensor => sparsemax(x.div(total)).mul(total);

/** On the ball |x|₂ ≤ r, all elements together. @example estimators.projectL2Ball(tensor([3, 4]), 5).toArray(); // [3, 4] */
export const projectL2Ball = (x: Tensor, radius = 1): Tensor =>
  x.mul(x.square().sum().sqrt().clamp(radius).reciprocal().mul(radius));

/** On the ball |x|₁ ≤ r, all elements together. Source: Duchi et al., 2008. @example estimators.projectL1Ball(tensor([2, -2]), 2).toArray(); // [1, -1] */
export function projectL1Ball(x: Tensor, radius = 1): Tensor {
  const flat = x.reshape([x.numel()]);
  if (flat.abs().sum().item() <= radius) return x;
  return projectSimplex(flat.abs(), radius).mul(flat.sign()).reshape(x.shape);
}

/** On the half-space <a, x> ≤ b. @example estimators.projectHalfspace(tensor([2, 0]), tensor([1, 0]), 1).toArray(); // [1, 0] */
export const projectHalfspace = (x: Tensor, a: Tensor, b: number): Tensor =>
  x.sub(a.mul(a.mul(x).sum().sub(b).clamp(0).div(a.square().sum())));

/** Options of the methods. */
export interface DescentOptions {
  /** Step size; below 1 / L for gradients that change by at most L. */
  readonly step: number;
  readonly iterations?: number;
  /** Ends when no element moves by more. */
  readonly tolerance?: number;
}

/** What a method found. */
export interface Descent {
  readonly x: Tensor;
  readonly iterations: number;
  /** Whether it ended by its tolerance. */
  readonly converged: boolean;
}

function slope(f: (x: Tensor) => Tensor, x: Tensor): Tensor {
  const at = x.detach().clone().requiresGrad_();
  return enableGrad(() => grad(f(at), [at], { materializeGrads: true }))[0].detach();
}

function checked(op: string, { step, iterations = 1000, tolerance = 1e-7 }: DescentOptions): Required<DescentOptions> {
  if (!(step > 0)) throw new ArgumentError(op, `step must be above 0, but got ${step}`);
  return { step, iterations, tolerance };
}

/**
 * Minimizes f + h, f smooth and h given by its proximal operator: x ← prox(x - t ∇f(x)). Error falls as 1/k for convex f. Source: Lions and Mercier, 1979; Combettes and Wajs, 2005.
 * @example
 * const { x } = estimators.proximalGradient((v: Tensor) => v.sub(3).square().sum().div(2), estimators.proxL1(1), tensor([0]), { step: 1 });
 * x.toArray(); // [2]
 */
export function proximalGradient(
  f: (x: Tensor) => Tensor,
  prox: Prox,
  start: Tensor,
  options: DescentOptions,
): Descent {
  const { step, iterations, tolerance } = checked("proximalGradient", options);
  return iterate(start, iterations, tolerance, (x) => prox(x.sub(slope(f, x).mul(step)), step));
}

/**
 * The same with momentum: error falls as 1/k². Source: Beck and Teboulle, 2009 (FISTA), with restarts when the momentum points uphill (O'Donoghue and Candès, 2015).
 * @example
 * const { x } = estimators.fista((v: Tensor) => v.sub(3).square().sum().div(2), estimators.proxL1(1), tensor([0]), { step: 1 });
 * x.toArray(); // [2]
 */
export function fista(f: (x: Tensor) => Tensor, prox: Prox, start: Tensor, options: DescentOptions): Descent {
  const { step, iterations, tolerance } = checked("fista", options);
  let ahead = start.detach();
  let t = 1;
  return iterate(start, iterations, tolerance, (x) => {
    const next = prox(ahead.sub(slope(f, ahead).mul(step)), step);
    if (ahead.sub(next).mul(next.sub(x)).sum().item() > 0) t = 1;
    const after = (1 + Math.sqrt(1 + 4 * t * t)) / 2;
    ahead = next.add(next.sub(x).mul((t - 1) / after));
    t = after;
    return next;
  });
}

/**
 * Minimizes f that has kinks, by steps of `step / √k` against a subgradient, and a projection; gives the best point met. Error falls as 1/√k for convex f. Source: Shor, 1962; Polyak, 1967.
 * @example
 * const { x } = estimators.subgradient((v: Tensor) => v.sub(1).abs().sum(), tensor([3]), { step: 1, iterations: 2000 });
 * Math.abs(x.item() - 1) < 0.05; // true
 */
export function subgradient(
  f: (x: Tensor) => Tensor,
  start: Tensor,
  { project = (x) => x, ...options }: DescentOptions & { readonly project?: (x: Tensor) => Tensor },
): Descent {
  const { step, iterations } = checked("subgradient", options);
  return noGrad(() => {
    let x = project(start.detach());
    let best = { x, value: f(x).item() };
    for (let k = 1; k <= iterations; k++) {
      x = project(x.sub(slope(f, x).mul(step / Math.sqrt(k))));
      const value = f(x).item();
      if (value < best.value) best = { x, value };
    }
    return { x: best.x, iterations, converged: false };
  });
}

function iterate(start: Tensor, iterations: number, tolerance: number, next: (x: Tensor) => Tensor): Descent {
  return noGrad(() => {
    let x = start.detach();
    for (let k = 1; k <= iterations; k++) {
      const y = next(x);
      const moved = y.numel() === 0 ? 0 : y.sub(x).abs().amax().item();
      x = y;
      if (moved <= tolerance) return { x, iterations: k, converged: true };
    }
    return { x, iterations, converged: false };
  });
}
