/** Attention by WebAssembly, a chunk of heads at a time. */
import { blank } from "../../dispatch/dispatch.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import { walk } from "../../dispatch/loops.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import { cut } from "../threads/sharing.ts";
import { doubleWords, runJob } from "../threads/threads.ts";
import { type Kernels, kernelsFor } from "../wasm/module.ts";
import { alike, baseOf, isFloat64, memory32, resultOf, scratch, settle } from "../wasm/operands.ts";

const worthwhile = 256;
/** Nanoseconds for a multiplication of a pass, and for a score. */
const [perProduct, perScore] = [0.03, 1];
/** Queries whose scores are held at once by a thread. */
const block = 64;

interface Attention {
  readonly scale: number;
  readonly causal: boolean;
}

/** Addresses of the last two dimensions of each tensor, for each index of the others: one after the other for each head. */
function headTable(
  tensors: readonly Strided[],
  results: readonly { readonly address: number; readonly size: number }[],
): number {
  const batch = tensors[0].shape.slice(0, -2);
  const bases = tensors.map(baseOf);
  const bytes = bytesPerElement[tensors[0].storage.dtype];
  const count = tensors.length + results.length;
  const table = scratch(4 * count * sizeOf(batch));
  const words = new Int32Array(memory32().buffer, table, count * sizeOf(batch));
  walk(
    batch,
    tensors.map((t) => t.strides.slice(0, -2)),
    (at, offsets) => {
      for (let i = 0; i < tensors.length; i++) words[count * at + i] = bases[i] + bytes * offsets[i];
      results.forEach(({ address, size }, i) => {
        words[count * at + tensors.length + i] = address + bytes * at * size;
      });
    },
  );
  return table;
}

/** Runs a pass over all heads; `tensors` are q, k and v, and the cotangent where the pass goes back. */
function runPass(
  wasm: Kernels,
  tensors: readonly Strided[],
  results: readonly number[],
  { scale, causal }: Attention,
): void {
  const [q, k, v, g] = tensors;
  const [queries, width] = q.shape.slice(-2);
  const [keys, valueWidth] = v.shape.slice(-2);
  const heads = sizeOf(q.shape.slice(0, -2));
  const sizes = g === undefined ? [queries * valueWidth] : [queries * width, keys * width, keys * valueWidth];
  const table = headTable(
    tensors,
    results.map((address, i) => ({ address, size: sizes[i] })),
  );
  const parts = cut(heads, queries * keys * ((g === undefined ? 1 : 3) * (width + valueWidth) * perProduct + perScore));
  const scratchBytes = Math.ceil((2 * bytesPerElement[q.storage.dtype] * block * keys) / 64) * 64 + 64;
  const places = scratch(scratchBytes * parts.threads);
  const steps = [q, k, v, g ?? q].flatMap((t) => t.strides.slice(-2));
  const words = [
    parts.size,
    heads,
    queries,
    keys,
    width,
    valueWidth,
    Number(causal),
    Number(g !== undefined),
    places,
    scratchBytes,
    table,
    ...steps,
    ...doubleWords(scale),
    Number(isFloat64(q)),
  ];
  runJob(wasm, "attention", parts, words);
}

function kernelsOf(tensors: readonly Strided[]): Kernels | null {
  return alike(tensors) && tensors.every((t) => sizeOf(t.shape) > 0)
    ? kernelsFor(sizeOf(tensors[0].shape), worthwhile)
    : null;
}

const forward: FastKernel = ([out], inputs, params) => {
  const wasm = kernelsOf(inputs);
  if (wasm === null) return false;
  runPass(wasm, inputs, [resultOf(out)], params as Attention);
  return settle();
};

const rule: FastRule = (g, { inputs, metas, params, needs }) => {
  // the kernel works out all gradients, and the values are saved for those of queries and keys
  if (!needs[0] && !needs[1]) return null;
  const wasm = kernelsOf([...inputs, g]);
  if (wasm === null) return null;
  const results = metas.map((m) => blank(m, null));
  const [dq, dk, dv] = results.map(resultOf);
  const bytes = bytesPerElement[g.dtype];
  wasm.clear(bytes * sizeOf(metas[1].shape), dk);
  wasm.clear(bytes * sizeOf(metas[2].shape), dv);
  runPass(wasm, [...inputs, g], [dq, dk, dv], params as Attention);
  settle();
  return results;
};

export function registerAttention(): void {
  registerFastKernel("attention", forward);
  registerFastRule("attention", rule);
}
