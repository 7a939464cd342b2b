/**
 * Attention by WebAssembly, a block of queries at a time, so that no more than a block's scores are held; the gradient works them out again.
 * Source of the idea: Rabe and Staats, 2021, and Dao et al., 2022.
 */
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../op/fast.ts";
import { walk } from "../op/loops.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Strided } from "../tensor/strided.ts";
import { type Matrix, multiply } from "./matmul.ts";
import { type Kernels, kernelsFor } from "./module.ts";
import { baseOf, isFloat32, resultOf, scratch, settle } from "./operands.ts";
import { resultLike } from "./results.ts";

const worthwhile = 256;
/** Queries whose scores are worked out together. */
const block = 64;

interface Attention {
  readonly scale: number;
  readonly causal: boolean;
}

/** A float32 matrix some elements further on. */
const shifted = (m: Matrix, rows: number): Matrix => ({ ...m, address: m.address + 4 * rows * m.row });
const transposed = ({ address, row, column }: Matrix): Matrix => ({ address, row: column, column: row });
const gapless = (address: number, row: number): Matrix => ({ address, row, column: 1 });

/** The last two dimensions of each tensor, for each index of the others. */
function eachHead(tensors: readonly Strided[], visit: (heads: readonly Matrix[], at: number) => void): void {
  const bases = tensors.map((t) => baseOf(t));
  walk(
    tensors[0].shape.slice(0, -2),
    tensors.map((t) => t.strides.slice(0, -2)),
    (at, offsets) =>
      visit(
        tensors.map((t, i) => ({
          address: bases[i] + 4 * offsets[i],
          row: t.strides[t.strides.length - 2],
          column: t.strides[t.strides.length - 1],
        })),
        at,
      ),
  );
}

interface Sizes {
  readonly queries: number;
  readonly keys: number;
  readonly width: number;
  readonly valueWidth: number;
}

const sizesOf = (q: Strided, k: Strided, v: Strided): Sizes => ({
  queries: q.shape[q.shape.length - 2],
  keys: k.shape[k.shape.length - 2],
  width: q.shape[q.shape.length - 1],
  valueWidth: v.shape[v.shape.length - 1],
});

/** Keys that the queries from `first` on, `rows` of them, see at all. */
const keysSeen = (first: number, rows: number, keys: number, { causal }: Attention): number =>
  causal ? Math.min(keys, first + rows) : keys;

/** p [rows, seen] = softmax(scale q kᵀ) for a block of queries; rows are `keys` elements apart. */
function weights(
  wasm: Kernels,
  q: Matrix,
  k: Matrix,
  p: number,
  first: number,
  rows: number,
  s: Sizes,
  a: Attention,
): number {
  const seen = keysSeen(first, rows, s.keys, a);
  const b = transposed(k);
  multiply({ m: rows, n: seen, k: s.width, alpha: a.scale, a: shifted(q, first), b, c: gapless(p, s.keys) });
  wasm.softmax32(rows, seen, p, 4 * s.keys, a.causal ? first + 1 : 0, p);
  return seen;
}

function kernelsOf(tensors: readonly Strided[]): Kernels | null {
  return tensors.every(isFloat32) ? kernelsFor(sizeOf(tensors[0].shape), worthwhile) : null;
}

const forward: FastKernel = ([out], inputs, params) => {
  const [q, k, v] = inputs;
  const wasm = sizeOf(k.shape) === 0 ? null : kernelsOf(inputs);
  if (wasm === null) return false;
  const s = sizesOf(q, k, v);
  const p = scratch(4 * block * s.keys);
  const to = resultOf(out);
  eachHead(inputs, ([mq, mk, mv], at) => {
    const y = gapless(to + 4 * at * s.queries * s.valueWidth, s.valueWidth);
    for (let first = 0; first < s.queries; first += block) {
      const rows = Math.min(block, s.queries - first);
      const seen = weights(wasm, mq, mk, p, first, rows, s, params as Attention);
      multiply({ m: rows, n: s.valueWidth, k: seen, a: gapless(p, s.keys), b: mv, c: shifted(y, first) });
    }
  });
  return settle();
};

/** v̄ += Pᵀ ȳ, S̄ = P ⊙ (ȳ vᵀ - Σ), q̄ = s S̄ k, k̄ += s S̄ᵀ q */
const rule: FastRule = (g, { inputs, metas, params }) => {
  const [q, k, v] = inputs;
  const wasm = sizeOf(k.shape) === 0 ? null : kernelsOf([...inputs, g]);
  if (wasm === null) return null;
  const s = sizesOf(q, k, v);
  const a = params as Attention;
  const [p, ds] = [scratch(4 * block * s.keys), scratch(4 * block * s.keys)];
  const results = metas.map(resultLike);
  const [dq, dk, dv] = results.map(resultOf);
  wasm.fillRows32(1, sizeOf(k.shape), 0, dk);
  wasm.fillRows32(1, sizeOf(v.shape), 0, dv);
  eachHead([...inputs, g], ([mq, mk, mv, mg], at) => {
    const place = (address: number, rows: number, width: number): Matrix =>
      gapless(address + 4 * at * rows * width, width);
    const [toQ, toK, toV] = [
      place(dq, s.queries, s.width),
      place(dk, s.keys, s.width),
      place(dv, s.keys, s.valueWidth),
    ];
    for (let first = 0; first < s.queries; first += block) {
      const rows = Math.min(block, s.queries - first);
      const seen = weights(wasm, mq, mk, p, first, rows, s, a);
      const [mp, mds, gb] = [gapless(p, s.keys), gapless(ds, s.keys), shifted(mg, first)];
      multiply({ m: seen, n: s.valueWidth, k: rows, a: transposed(mp), b: gb, c: toV, accumulate: true });
      multiply({ m: rows, n: seen, k: s.valueWidth, a: gb, b: transposed(mv), c: mds });
      wasm.softmaxGrad32(rows, seen, p, ds, 4 * s.keys, a.scale, ds);
      multiply({ m: rows, n: s.width, k: seen, a: mds, b: mk, c: shifted(toQ, first) });
      multiply({ m: seen, n: s.width, k: rows, a: transposed(mds), b: shifted(mq, first), c: toK, accumulate: true });
    }
  });
  settle();
  return results;
};

export function registerAttention(): void {
  registerFastKernel("attention", forward);
  registerFastRule("attention", rule);
}
