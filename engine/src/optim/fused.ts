/**
 * The steps of the optimizers: by the kernels, all parameters of a step in one pass, each element read and written once; or one by one in float64,
 * rounded once.
 */

import * as JobKind from "../fast/abi/codes/job-kind.ts";
import * as Step from "../fast/abi/codes/optimizer-step.ts";
import * as AdamConstants from "../fast/abi/jobs/adam-step.ts";
import { maxChunks } from "../fast/abi/jobs/header.ts";
import * as OptimizerJob from "../fast/abi/jobs/optimizer.ts";
import * as Row from "../fast/abi/jobs/optimizer-step.ts";
import * as SgdConstants from "../fast/abi/jobs/sgd-step.ts";
import { threadsFor } from "../fast/threads/chunks.ts";
import { runJob } from "../fast/threads/jobs.ts";
import { layoutOf } from "../fast/threads/words.ts";
import { type Kernels, kernels } from "../fast/wasm/module.ts";
import { allocateTemporary, finishKernel, memory32 } from "../fast/wasm/operands.ts";
import { changeInPlace, changing } from "../ops/inplace.ts";
import { ambient } from "../platform/ambient.ts";
import { contiguousArray } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** The kernels, where they can read the gradient and write on all elements of the others where these are. */
function kernelsFor(...tensors: readonly Tensor[]): Kernels | null {
  const direct = (t: Tensor): boolean =>
    t.dtype === "float32" && t.storage.address > 0 && t.numel() === t.storage.length && t.isContiguous();
  return tensors.every(direct) ? kernels() : null;
}

const jobWords = layoutOf(OptimizerJob);
const adamConstants = layoutOf(AdamConstants);
const sgdConstants = layoutOf(SgdConstants);

/** A step that waits for the others of its optimizer, with what must stay until then. */
interface Waiting {
  readonly kind: number;
  /** The parameter, its gradient, and what else the step reads and writes. */
  readonly tensors: readonly Tensor[];
  readonly constants: readonly number[];
  readonly flags: readonly number[];
}

/** The steps that wait for the others of their optimizer, and whether steps wait. */
const current = ambient(() => ({ waiting: [] as Waiting[], together: false }));

/** Runs `body`, the updates of one step of an optimizer. With `together`, the parameters change when `body` is over, otherwise at each update. */
export function runSteps(together: boolean, body: () => void): void {
  const outer = current.together;
  // what a step that was terminated has left is forgotten
  current.waiting = [];
  current.together = together;
  try {
    body();
  } finally {
    current.together = outer;
    finishSteps();
  }
}

function addStep(step: Waiting): void {
  current.waiting.push(step);
  if (!current.together) finishSteps();
}

/** Nanoseconds for an element, and the elements of a part. */
const perElement = 0.8;
const partSize = 2 ** 14;

/** Makes all steps that wait, in one pass. */
function finishSteps(): void {
  const steps = current.waiting;
  const wasm = steps.length === 0 ? null : kernels();
  current.waiting = [];
  if (wasm === null) return;
  const table = allocateTemporary(4 * Row.length * steps.length);
  const floats = memory32();
  const words = new Int32Array(floats.buffer);
  let elements = 0;
  steps.forEach(({ kind, tensors, constants, flags }, i) => {
    const at = table / 4 + Row.length * i;
    const n = tensors[0].storage.length;
    words[at + Row.code] = kind;
    words[at + Row.elements] = n;
    tensors.forEach((t, k) => {
      words[at + Row.parameter + k] = t.storage.address;
    });
    words.fill(0, at + Row.parameter + tensors.length, at + Row.constants);
    floats.set(constants, at + Row.constants);
    words.set(flags, at + Row.isNesterov);
    elements += n;
  });
  // the same parameter twice is one step after the other
  const apart = new Set(steps.map(({ tensors: [p] }) => p.storage)).size === steps.length;
  const nanoseconds = elements * perElement;
  const threads = apart ? threadsFor(nanoseconds) : 1;
  const size = Math.max(partSize, Math.ceil(elements / maxChunks / 2 / 64) * 64 * 4);
  const parts = steps.reduce((sum, { tensors: [p] }) => sum + Math.ceil(p.storage.length / size), 0);
  if (threads === 1 || parts > maxChunks) wasm.steps32(steps.length, table);
  else {
    const job = jobWords({ elementsPerChunk: size, table });
    runJob(wasm, JobKind.optimizer, job, { threads, chunks: parts, nanoseconds });
  }
  finishKernel();
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

/** Settings, worked out in float64, as the dtype of the parameters has them. */
const inPrecisionOf = (p: Tensor, settings: readonly number[]): readonly number[] =>
  p.dtype === "float32" ? settings.map(Math.fround) : settings;

/** m ← m + (1 - β₁) (g - m), v ← β₂ v + (1 - β₂) g², p ← p - lr m̂ / (√v̂ + ε), with m̂, v̂ corrected for their start at 0. */
export function adamStep(op: string, p: Tensor, g: Tensor, m: Tensor, v: Tensor, step: AdamStep): void {
  const { lr, betas, eps, steps, penalty, decay } = step;
  const [b1, b2] = betas;
  const rate = lr / (1 - b1 ** steps);
  const correction = 1 / Math.sqrt(1 - b2 ** steps);
  const constants = adamConstants({
    oneMinusBeta1: 1 - b1,
    beta2: b2,
    oneMinusBeta2: 1 - b2,
    rate,
    correction,
    eps,
    penalty,
    keep: 1 - lr * decay,
  });
  if (kernelsFor(p, g, m, v) !== null) {
    changing(op, p);
    addStep({ kind: Step.adam, tensors: [p, g, m, v], constants, flags: [] });
    return;
  }
  const [taken, decay2, taken2, size, scale, epsilon, lambda, rest] = inPrecisionOf(p, constants);
  const grad = contiguousArray(g);
  const first = m.storage.array;
  const second = v.storage.array;
  changeInPlace(op, p, (x) => {
    for (let i = 0; i < x.length; i++) {
      const gi = grad[i] + lambda * x[i];
      const mi = first[i] + taken * (gi - first[i]);
      const vi = decay2 * second[i] + taken2 * gi * gi;
      first[i] = mi;
      second[i] = vi;
      x[i] = rest * x[i] - (size * mi) / (Math.sqrt(vi) * scale + epsilon);
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
  const tensors = velocity === null ? [p, g] : [p, g, velocity];
  const constants = sgdConstants({ rate: lr, momentum, oneMinusDampening: 1 - dampening, penalty });
  if (kernelsFor(...tensors) !== null) {
    changing("SGD", p);
    addStep({ kind: Step.sgd, tensors, constants, flags: [Number(nesterov), Number(first)] });
    return;
  }
  const [rate, kept, taken, lambda] = inPrecisionOf(p, constants);
  const grad = contiguousArray(g);
  const v = velocity?.storage.array;
  changeInPlace("SGD", p, (x) => {
    for (let i = 0; i < x.length; i++) {
      const gi = grad[i] + lambda * x[i];
      if (v === undefined) {
        x[i] -= rate * gi;
        continue;
      }
      const vi = first ? gi : kept * v[i] + taken * gi;
      v[i] = vi;
      x[i] -= rate * (nesterov ? gi + kept * vi : vi);
    }
  });
}
