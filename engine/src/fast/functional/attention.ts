/** Scaled dot-product attention and its gradient. */
import { blank } from "../../dispatch/blank.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import { visitElements } from "../../dispatch/loops.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import * as JobKind from "../abi/codes/job-kind.ts";
import * as AttentionJob from "../abi/jobs/attention.ts";
import * as Tiles from "../abi/tiles.ts";
import { cut } from "../threads/chunks.ts";
import { runJob } from "../threads/jobs.ts";
import { doubleWords } from "../threads/words.ts";
import { type Kernels, kernelsFor } from "../wasm/module.ts";
import {
  allocateTemporary,
  finishKernel,
  haveSameFloatDtype,
  isFloat64,
  memory32,
  resultAddressOf,
  stridedAddressOf,
} from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 256;
/** Nanoseconds for a multiplication, and for a score. */
const [multiplyTime, scoreTime] = [0.03, 1];

/** Number of words of a job. */
const wordCount = AttentionJob.isFloat64 + 1;

/** The parameters of the op. */
interface Attention {
  readonly scale: number;
  readonly causal: boolean;
}

/** Creates a table with a row for each head: the addresses of its last two dimensions in each tensor and result. Returns the address of the table. */
function createHeadTable(
  tensors: readonly Strided[],
  results: readonly { readonly address: number; readonly size: number }[],
): number {
  const batch = tensors[0].shape.slice(0, -2);
  const addresses = tensors.map(stridedAddressOf);
  const bytes = bytesPerElement[tensors[0].storage.dtype];
  const count = tensors.length + results.length;
  const table = allocateTemporary(4 * count * sizeOf(batch));
  const words = new Int32Array(memory32().buffer, table, count * sizeOf(batch));
  visitElements(
    batch,
    tensors.map((t) => t.strides.slice(0, -2)),
    (at, offsets) => {
      for (let i = 0; i < tensors.length; i++) words[count * at + i] = addresses[i] + bytes * offsets[i];
      results.forEach(({ address, size }, i) => {
        words[count * at + tensors.length + i] = address + bytes * at * size;
      });
    },
  );
  return table;
}

/** Runs a pass over all heads; `g` is the cotangent of a backward pass, and `null` in a forward pass. */
function runPass(
  wasm: Kernels,
  [q, k, v]: readonly Strided[],
  g: Strided | null,
  results: readonly number[],
  { scale, causal }: Attention,
): void {
  const [queries, width] = q.shape.slice(-2);
  const [keys, valueWidth] = v.shape.slice(-2);
  const heads = sizeOf(q.shape.slice(0, -2));
  const sizes = g === null ? [queries * valueWidth] : [queries * width, keys * width, keys * valueWidth];
  const headTable = createHeadTable(
    g === null ? [q, k, v] : [q, k, v, g],
    results.map((address, i) => ({ address, size: sizes[i] })),
  );
  const products = (g === null ? 1 : 3) * (width + valueWidth);
  const chunks = cut(heads, queries * keys * (products * multiplyTime + scoreTime));
  const scoreBytes = Math.ceil((2 * bytesPerElement[q.storage.dtype] * Tiles.queriesPerBlock * keys) / 64) * 64 + 64;
  const words = new Array<number>(wordCount).fill(0);
  words[AttentionJob.headsPerChunk] = chunks.size;
  words[AttentionJob.heads] = heads;
  words[AttentionJob.queries] = queries;
  words[AttentionJob.keys] = keys;
  words[AttentionJob.width] = width;
  words[AttentionJob.valueWidth] = valueWidth;
  words[AttentionJob.isCausal] = Number(causal);
  words[AttentionJob.isBackward] = Number(g !== null);
  words[AttentionJob.scores] = allocateTemporary(scoreBytes * chunks.threads);
  words[AttentionJob.scoreBytes] = scoreBytes;
  words[AttentionJob.headTable] = headTable;
  [words[AttentionJob.qRow], words[AttentionJob.qColumn]] = q.strides.slice(-2);
  [words[AttentionJob.kRow], words[AttentionJob.kColumn]] = k.strides.slice(-2);
  [words[AttentionJob.vRow], words[AttentionJob.vColumn]] = v.strides.slice(-2);
  if (g !== null) [words[AttentionJob.gRow], words[AttentionJob.gColumn]] = g.strides.slice(-2);
  [words[AttentionJob.scaleLow], words[AttentionJob.scaleHigh]] = doubleWords(scale);
  words[AttentionJob.isFloat64] = Number(isFloat64(q));
  runJob(wasm, JobKind.attention, words, chunks);
}

/** Returns the kernels for the operands of a pass; `null` where they decline. */
function kernelsOf(tensors: readonly Strided[]): Kernels | null {
  return haveSameFloatDtype(tensors) && tensors.every((t) => sizeOf(t.shape) > 0)
    ? kernelsFor(sizeOf(tensors[0].shape), minWasmElements)
    : null;
}

const forward: FastKernel = ([out], inputs, params) => {
  const wasm = kernelsOf(inputs);
  if (wasm === null) return false;
  runPass(wasm, inputs, null, [resultAddressOf(out)], params as Attention);
  return finishKernel();
};

const rule: FastRule = (g, { inputs, metas, params, needs }) => {
  // the kernel computes all gradients, and values are saved only for those of queries and keys
  if (!needs[0] && !needs[1]) return null;
  const wasm = kernelsOf([...inputs, g]);
  if (wasm === null) return null;
  const results = metas.map((m) => blank(m, null));
  const [dq, dk, dv] = results.map(resultAddressOf);
  const bytes = bytesPerElement[g.dtype];
  wasm.clear(bytes * sizeOf(metas[1].shape), dk);
  wasm.clear(bytes * sizeOf(metas[2].shape), dv);
  runPass(wasm, inputs, g, [dq, dk, dv], params as Attention);
  finishKernel();
  return results;
};

registerFastKernel("attention", forward);
registerFastRule("attention", rule);
