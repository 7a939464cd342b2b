/** The steps of the optimizers in one pass over a parameter's elements, by the kernels, or in float64 and rounded once. */
import { type Kernels, kernels } from "../kernels/module.ts";
import { addressOf, settle } from "../kernels/operands.ts";
import { floatWord, runJob, threadsFor } from "../kernels/threads.ts";
import { changeInPlace, changing } from "../ops/inplace.ts";
import { contiguousArray } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** The kernels, where they can read the gradient and write on all elements of the others where these are. */
function kernelsFor(g: Tensor, ...written: readonly Tensor[]): Kernels | null {
  const direct = (t: Tensor): boolean =>
    t.dtype === "float32" && t.storage.address > 0 && t.numel() === t.storage.length && t.isContiguous();
  return g.dtype === "float32" && written.every(direct) ? kernels() : null;
}

/** Elements from which on threads share a step. */
const manyElements = 2 ** 15;

/** The module's numbers of the steps. */
const [adam, sgd] = [0, 1];

/** A step by threads if that is worth their while: four addresses, then float32 constants and whole numbers. */
function shareStep(
  wasm: Kernels,
  kind: number,
  n: number,
  addresses: readonly number[],
  constants: readonly number[],
  flags: readonly number[] = [],
): boolean {
  const threads = threadsFor(n, manyElements);
  if (threads === 1) return false;
  const size = Math.ceil(n / (4 * threads) / 64) * 64;
  const words = [size, n, kind, ...addresses, ...constants.map(floatWord), ...flags];
  runJob(wasm, "step", threads, Math.ceil(n / size), words);
  return true;
}

/** Settings of one step of Adam; `steps` counts from 1. */
export interface AdamStep {
  readonly lr: number;
  readonly betas: readonly [number, number];
  readonly eps: number;
  readonly steps: number;
  /** λ of an L2 penalty: λ p is added to the gradient. */
  readonly penalty: number;
  /** λ of decoupled decay: p ← p - lr λ p before the step. */
  readonly decay: number;
}

/** m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², p ← p - lr m̂ / (√v̂ + ε), with m̂, v̂ corrected for their start at 0. */
export function adamStep(op: string, p: Tensor, g: Tensor, m: Tensor, v: Tensor, step: AdamStep): void {
  const { lr, betas, eps, steps, penalty, decay } = step;
  const [b1, b2] = betas;
  const rate = lr / (1 - b1 ** steps);
  const correction = 1 / Math.sqrt(1 - b2 ** steps);
  const kept = 1 - lr * decay;
  const wasm = kernelsFor(g, p, m, v);
  if (wasm !== null) {
    changing(op, p);
    const [x, gradient, mean, square] = [p, g, m, v].map(addressOf);
    const constants = [b1, b2, rate, correction, eps, penalty, kept];
    if (!shareStep(wasm, adam, p.numel(), [x, gradient, mean, square], constants))
      wasm.adam32(p.numel(), x, gradient, mean, square, ...constants);
    settle();
    return;
  }
  const grad = contiguousArray(g);
  const first = m.storage.array;
  const second = v.storage.array;
  changeInPlace(op, p, (x) => {
    for (let i = 0; i < x.length; i++) {
      const gi = grad[i] + penalty * x[i];
      const mi = b1 * first[i] + (1 - b1) * gi;
      const vi = b2 * second[i] + (1 - b2) * gi * gi;
      first[i] = mi;
      second[i] = vi;
      x[i] = kept * x[i] - (rate * mi) / (Math.sqrt(vi) * correction + eps);
    }
  });
}

/** Settings of one step of SGD; `first` where there is no velocity yet. */
export interface SGDStep {
  readonly lr: number;
  readonly momentum: number;
  readonly dampening: number;
  readonly penalty: number;
  readonly nesterov: boolean;
  readonly first: boolean;
}

/** p ← p - lr v, where v ← momentum v + (1 - dampening) g starts as the first g; Nesterov steps along g + momentum v. */
export function sgdStep(p: Tensor, g: Tensor, velocity: Tensor | null, step: SGDStep): void {
  const { lr, momentum, dampening, penalty, nesterov, first } = step;
  const wasm = velocity === null ? kernelsFor(g, p) : kernelsFor(g, p, velocity);
  if (wasm !== null) {
    changing("SGD", p);
    const [x, gradient] = [addressOf(p), addressOf(g)];
    const v = velocity === null ? 0 : addressOf(velocity);
    const constants = [lr, momentum, 1 - dampening, penalty];
    const flags = [Number(nesterov), Number(first)];
    if (!shareStep(wasm, sgd, p.numel(), [x, gradient, v, 0], constants, flags))
      wasm.sgd32(p.numel(), x, gradient, v, ...constants, ...flags);
    settle();
    return;
  }
  const grad = contiguousArray(g);
  const v = velocity?.storage.array;
  changeInPlace("SGD", p, (x) => {
    for (let i = 0; i < x.length; i++) {
      const gi = grad[i] + penalty * x[i];
      if (v === undefined) {
        x[i] -= lr * gi;
        continue;
      }
      const vi = first ? gi : momentum * v[i] + (1 - dampening) * gi;
      v[i] = vi;
      x[i] -= lr * (nesterov ? gi + momentum * vi : vi);
    }
  });
}
