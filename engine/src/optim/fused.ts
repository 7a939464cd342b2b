/**
 * Updates of Adam and SGD. The fast path updates all parameters of a step in one pass of WASM, which reads and writes each element once. The reference path updates them one
 * by one, and computes each element in float64.
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
import { allocateTemporary, finishKernel, memory32, memoryInts } from "../fast/wasm/operands.ts";
import { beginChange } from "../ops/inplace.ts";
import { ambient } from "../platform/ambient.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { updateElements } from "./elements.ts";

/** Returns the WASM kernels if they can work on the tensors directly: float32, contiguous, whole storages in WASM memory; else `null`. */
function kernelsFor(...tensors: readonly Tensor[]): Kernels | null {
  const isDirect = (t: Tensor): boolean =>
    t.dtype === "float32" && t.storage.address > 0 && t.numel() === t.storage.length && t.isContiguous();
  return tensors.every(isDirect) ? kernels() : null;
}

const jobWords = layoutOf(OptimizerJob);

/** An update that is deferred to the end of the optimizer's step. Holds its tensors, so that they are not freed before. */
interface PendingUpdate {
  readonly kind: number;
  /** The parameter, its gradient, and the optimizer's state of the parameter. */
  readonly tensors: readonly Tensor[];
  readonly constants: readonly number[];
  readonly flags: readonly number[];
}

/** The pending updates of the current step, and whether updates are deferred. */
const current = ambient(() => ({ pending: [] as PendingUpdate[], deferred: false }));

/** Runs `body`, the updates of one optimizer step. With `deferred`, all parameters are updated at the end of `body`, in one pass; else one by one. */
export function runUpdates(deferred: boolean, body: () => void): void {
  const outer = current.deferred;
  // discards the updates of a step that was terminated
  current.pending = [];
  current.deferred = deferred;
  try {
    body();
  } finally {
    current.deferred = outer;
    runPending();
  }
}

function addUpdate(update: PendingUpdate): void {
  current.pending.push(update);
  if (!current.deferred) runPending();
}

/** Measured time of an element, in nanoseconds. */
const nanosecondsPerElement = 0.8;
/** Smallest number of elements in a chunk. */
const minChunkSize = 2 ** 14;

/** Whether no two updates change one parameter: those would have to run in order. */
const areIndependent = (updates: readonly PendingUpdate[]): boolean =>
  new Set(updates.map(({ tensors: [p] }) => p.storage)).size === updates.length;

/** Writes the pending updates to a table, and runs them in one pass, on several threads if it pays. */
function runPending(): void {
  const updates = current.pending;
  const wasm = updates.length === 0 ? null : kernels();
  current.pending = [];
  if (wasm === null) return;
  const table = allocateTemporary(4 * Row.length * updates.length);
  const [floats, words] = [memory32(), memoryInts()];
  let elements = 0;
  updates.forEach(({ kind, tensors, constants, flags }, i) => {
    const at = table / 4 + Row.length * i;
    const n = tensors[0].storage.length;
    words[at + Row.code] = kind;
    words[at + Row.elements] = n;
    tensors.forEach((t, k) => {
      words[at + Row.parameter + k] = t.storage.address;
    });
    // loops, as `fill` and `set` take longer for so few words
    for (let k = tensors.length; k < Row.constants - Row.parameter; k++) words[at + Row.parameter + k] = 0;
    for (let k = 0; k < constants.length; k++) floats[at + Row.constants + k] = constants[k];
    for (let k = 0; k < flags.length; k++) words[at + Row.isNesterov + k] = flags[k];
    elements += n;
  });
  const nanoseconds = elements * nanosecondsPerElement;
  const available = threadsFor(nanoseconds);
  const threads = available > 1 && areIndependent(updates) ? available : 1;
  const chunkSize = Math.max(minChunkSize, Math.ceil(elements / maxChunks / 2 / 64) * 64 * 4);
  const chunks = updates.reduce((sum, { tensors: [p] }) => sum + Math.ceil(p.storage.length / chunkSize), 0);
  if (threads === 1 || chunks > maxChunks) wasm.steps32(updates.length, table);
  else {
    const job = jobWords({ elementsPerChunk: chunkSize, table });
    runJob(wasm, JobKind.optimizer, job, { threads, chunks, nanoseconds });
  }
  finishKernel();
}

/** Settings of one update of Adam; `steps` counts from 1. */
export interface AdamStep {
  readonly lr: number;
  readonly betas: readonly [number, number];
  readonly eps: number;
  readonly steps: number;
  /** λ of the L2 penalty: λ p is added to the gradient. */
  readonly penalty: number;
  /** λ of the decoupled weight decay: p ← p - lr λ p before the update. */
  readonly decay: number;
}

/** Returns constants, computed in float64, rounded to the dtype of the parameter. */
const inPrecisionOf = (p: Tensor, settings: readonly number[]): readonly number[] =>
  p.dtype === "float32" ? settings.map(Math.fround) : settings;

/**
 * Updates p by m ← m + (1 - β₁) (g - m), v ← β₂ v + (1 - β₂) g², p ← p - lr m̂ / (√v̂ + ε), where m̂ and v̂ are m and v with bias correction. With `peak`, AMSGrad,
 * v̂ is the largest v so far.
 */
export function adamStep(
  op: string,
  p: Tensor,
  g: Tensor,
  m: Tensor,
  v: Tensor,
  peak: Tensor | null,
  step: AdamStep,
): void {
  const { lr, betas, eps, steps, penalty, decay } = step;
  const [b1, b2] = betas;
  const constants = new Array<number>(AdamConstants.keep + 1);
  constants[AdamConstants.oneMinusBeta1] = 1 - b1;
  constants[AdamConstants.beta2] = b2;
  constants[AdamConstants.oneMinusBeta2] = 1 - b2;
  constants[AdamConstants.rate] = lr / (1 - b1 ** steps);
  constants[AdamConstants.correction] = 1 / Math.sqrt(1 - b2 ** steps);
  constants[AdamConstants.eps] = eps;
  constants[AdamConstants.penalty] = penalty;
  constants[AdamConstants.keep] = 1 - lr * decay;
  if (peak === null && kernelsFor(p, g, m, v) !== null) {
    beginChange(op, p);
    addUpdate({ kind: Step.adam, tensors: [p, g, m, v], constants, flags: [] });
    return;
  }
  const [weight1, decay2, weight2, stepSize, correction2, epsilon, lambda, keep] = inPrecisionOf(p, constants);
  updateElements(op, p, g, peak === null ? [m, v] : [m, v, peak], (x, grad, first, second, largest) => {
    for (let i = 0; i < x.length; i++) {
      const gi = grad[i] + lambda * x[i];
      const mi = first[i] + weight1 * (gi - first[i]);
      let vi = decay2 * second[i] + weight2 * gi * gi;
      first[i] = mi;
      second[i] = vi;
      if (largest !== undefined) {
        vi = Math.max(largest[i], vi);
        largest[i] = vi;
      }
      x[i] = keep * x[i] - (stepSize * mi) / (Math.sqrt(vi) * correction2 + epsilon);
    }
  });
}

/** Settings of one update of SGD; `first` if the velocity is not initialized. */
export interface SGDStep {
  readonly lr: number;
  readonly momentum: number;
  readonly dampening: number;
  readonly penalty: number;
  readonly nesterov: boolean;
  readonly first: boolean;
}

/** Updates p by p ← p - lr v with v ← momentum v + (1 - dampening) g, starting from v = g; with Nesterov momentum by p ← p - lr (g + momentum v). */
export function sgdStep(p: Tensor, g: Tensor, velocity: Tensor | null, step: SGDStep): void {
  const { lr, momentum, dampening, penalty, nesterov, first } = step;
  const tensors = velocity === null ? [p, g] : [p, g, velocity];
  const constants = new Array<number>(SgdConstants.penalty + 1);
  constants[SgdConstants.rate] = lr;
  constants[SgdConstants.momentum] = momentum;
  constants[SgdConstants.oneMinusDampening] = 1 - dampening;
  constants[SgdConstants.penalty] = penalty;
  if (kernelsFor(...tensors) !== null) {
    beginChange("SGD", p);
    addUpdate({ kind: Step.sgd, tensors, constants, flags: [Number(nesterov), Number(first)] });
    return;
  }
  const [rate, decay, weight, lambda] = inPrecisionOf(p, constants);
  updateElements("SGD", p, g, velocity === null ? [] : [velocity], (x, grad, v) => {
    for (let i = 0; i < x.length; i++) {
      const gi = grad[i] + lambda * x[i];
      if (v === undefined) {
        x[i] -= rate * gi;
        continue;
      }
      const vi = first ? gi : decay * v[i] + weight * gi;
      v[i] = vi;
      x[i] -= rate * (nesterov ? gi + decay * vi : vi);
    }
  });
}
