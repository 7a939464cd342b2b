/** First-order methods for non-smooth problems: proximal gradient, FISTA and the subgradient method. */
import { grad } from "../tape/backward/backward.ts";
import { enableGrad, noGrad } from "../tape/graph/mode.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Prox } from "./proximal-operators.ts";

/** Options of the descent methods. */
export interface DescentOptions {
  /** Step size t; below 1 / L for a gradient with Lipschitz constant L. */
  readonly step: number;
  /** Largest number of iterations; 1000 by default. */
  readonly iterations?: number;
  /** The method ends when no element moves by more than this; 1e-7 by default. */
  readonly tolerance?: number;
}

/** Result of a descent method. */
export interface Descent {
  readonly x: Tensor;
  readonly iterations: number;
  /** Whether the method ended by its tolerance, before the last iteration. */
  readonly converged: boolean;
}

function gradientAt(f: (x: Tensor) => Tensor, x: Tensor): Tensor {
  const leaf = x.detach().clone().requiresGrad_();
  return enableGrad(() => grad(f(leaf), [leaf], { materializeGrads: true }))[0].detach();
}

function complete(op: string, { step, iterations = 1000, tolerance = 1e-7 }: DescentOptions): Required<DescentOptions> {
  if (!(step > 0)) throw new ArgumentError(op, `step must be above 0, but got ${step}`);
  return { step, iterations, tolerance };
}

/** Applies `next` from `start` until no element moves by more than the tolerance. */
function iterate(
  start: Tensor,
  { iterations, tolerance }: Required<DescentOptions>,
  next: (x: Tensor) => Tensor,
): Descent {
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

/**
 * Minimizes f + h, with f smooth and h given by its proximal operator, by x ← prox(x - t ∇f(x), t). The error falls as 1/k for convex f. Sources: Lions and Mercier, 1979;
 * Combettes and Wajs, 2005.
 * @throws ArgumentError for a step that is not above 0.
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
  const settings = complete("proximalGradient", options);
  const { step } = settings;
  return iterate(start, settings, (x) => prox(x.sub(gradientAt(f, x).mul(step)), step));
}

/**
 * Minimizes f + h, with f smooth and h given by its proximal operator, by proximal gradient steps with momentum, which restarts when it points uphill. The error falls
 * as 1/k² for convex f. Sources: Beck and Teboulle, 2009 (FISTA); O'Donoghue and Candès, 2015 (restarts).
 * @throws ArgumentError for a step that is not above 0.
 * @example
 * const { x } = estimators.fista((v: Tensor) => v.sub(3).square().sum().div(2), estimators.proxL1(1), tensor([0]), { step: 1 });
 * x.toArray(); // [2]
 */
export function fista(f: (x: Tensor) => Tensor, prox: Prox, start: Tensor, options: DescentOptions): Descent {
  const settings = complete("fista", options);
  const { step } = settings;
  /** The extrapolated point, and the momentum's sequence. */
  let ahead = start.detach();
  let t = 1;
  return iterate(start, settings, (x) => {
    const next = prox(ahead.sub(gradientAt(f, ahead).mul(step)), step);
    if (ahead.sub(next).mul(next.sub(x)).sum().item() > 0) t = 1;
    const nextT = (1 + Math.sqrt(1 + 4 * t * t)) / 2;
    ahead = next.add(next.sub(x).mul((t - 1) / nextT));
    t = nextT;
    return next;
  });
}

/**
 * Minimizes a function with kinks by steps of `step / √k` against a subgradient, each followed by `project` (by default none), and returns the best point found.
 * All iterations are run. The error falls as 1/√k for convex f. Sources: Shor, 1962; Polyak, 1967.
 * @throws ArgumentError for a step that is not above 0.
 * @example
 * const { x } = estimators.subgradient((v: Tensor) => v.sub(1).abs().sum(), tensor([3]), { step: 1, iterations: 2000 });
 * Math.abs(x.item() - 1) < 0.05; // true
 */
export function subgradient(
  f: (x: Tensor) => Tensor,
  start: Tensor,
  { project = (x) => x, ...options }: DescentOptions & { readonly project?: (x: Tensor) => Tensor },
): Descent {
  const { step, iterations } = complete("subgradient", options);
  return noGrad(() => {
    let x = project(start.detach());
    let best = { x, value: f(x).item() };
    for (let k = 1; k <= iterations; k++) {
      x = project(x.sub(gradientAt(f, x).mul(step / Math.sqrt(k))));
      const value = f(x).item();
      if (value < best.value) best = { x, value };
    }
    return { x: best.x, iterations, converged: false };
  });
}
