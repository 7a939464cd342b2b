/**
 * Attention over heads, a block of queries at a time, so that only a block's scores are in memory; the gradient recomputes them. Sources: Rabe and Staats,
 * 2021, and Dao et al., 2022.
 */
import * as Job from "../../src/fast/abi/jobs/attention";
import * as Tiles from "../../src/fast/abi/tiles";
import { gemm } from "../linalg/gemm";
import { address, double, word } from "../threads/words";
import { softmax, softmaxGrad } from "./softmax";

/** Queries whose scores are computed together. */
const block: i32 = Tiles.queriesPerBlock;

// @ts-ignore: decorator
@inline
function scaleOf<T>(words: usize): T {
  return <T>double(words, Job.scaleLow);
}

/** Computes p [rows, seen] = softmax(scale q kᵀ) for a block of queries; rows of p are `keys` elements apart. */
function softmaxOfScores<T>(words: usize, q: usize, k: usize, p: usize, first: i32, rows: i32, seen: i32): void {
  const keys = <usize>word(words, Job.keys);
  const from = q + <usize>first * address(words, Job.qRow) * sizeof<T>();
  gemm<T>(
    rows, seen, word(words, Job.width), scaleOf<T>(words), from, address(words, Job.qRow), address(words, Job.qColumn), k, address(words, Job.kColumn),
    address(words, Job.kRow), p, keys, false, 0,
  );
  softmax<T>(rows, seen, p, keys * sizeof<T>(), word(words, Job.isCausal) != 0 ? first + 1 : 0, true, p);
}

/** Computes y for a block of queries from their softmax p. */
// @ts-ignore: decorator
@inline
function blockOutput<T>(words: usize, p: usize, v: usize, y: usize, rows: i32, seen: i32): void {
  const keys = <usize>word(words, Job.keys), valueWidth = word(words, Job.valueWidth);
  gemm<T>(rows, valueWidth, seen, 1 as T, p, keys, 1, v, address(words, Job.vRow), address(words, Job.vColumn), y, valueWidth, false, 0);
}

/** Computes q̄ for a block of queries and adds its parts of k̄ and v̄: v̄ += Pᵀ ȳ, S̄ = s P ⊙ (ȳ vᵀ - Σ), q̄ = S̄ k, k̄ += S̄ᵀ q. */
// @ts-ignore: decorator
@inline
function blockGradients<T>(
  words: usize, p: usize, ds: usize, q: usize, k: usize, v: usize, g: usize, dq: usize, dk: usize, dv: usize, rows: i32, seen: i32,
): void {
  const keys = <usize>word(words, Job.keys), width = word(words, Job.width), valueWidth = word(words, Job.valueWidth);
  const gRow = address(words, Job.gRow), gColumn = address(words, Job.gColumn);
  gemm<T>(seen, valueWidth, rows, 1 as T, p, 1, keys, g, gRow, gColumn, dv, valueWidth, true, 0);
  gemm<T>(rows, seen, valueWidth, 1 as T, g, gRow, gColumn, v, address(words, Job.vColumn), address(words, Job.vRow), ds, keys, false, 0);
  softmaxGrad<T>(rows, seen, p, ds, keys * sizeof<T>(), scaleOf<T>(words), ds);
  gemm<T>(rows, width, seen, 1 as T, ds, keys, 1, k, address(words, Job.kRow), address(words, Job.kColumn), dq, width, false, 0);
  gemm<T>(seen, width, rows, 1 as T, ds, 1, keys, q, address(words, Job.qRow), address(words, Job.qColumn), dk, width, true, 0);
}

/** Runs a pass over the heads of a chunk. */
function heads<T>(words: usize, chunk: i32, thread: i32): void {
  const perChunk = word(words, Job.headsPerChunk);
  const last = min((chunk + 1) * perChunk, word(words, Job.heads));
  const queries = word(words, Job.queries), keys = word(words, Job.keys), width = word(words, Job.width), valueWidth = word(words, Job.valueWidth);
  const isCausal = word(words, Job.isCausal) != 0, isBackward = word(words, Job.isBackward) != 0;
  const p = <usize>word(words, Job.scores) + <usize>word(words, Job.scoreBytes) * <usize>thread;
  const ds = p + <usize>(block * keys) * sizeof<T>();
  const addresses = isBackward ? 7 : 4;
  for (let head = chunk * perChunk; head < last; head++) {
    const row = address(words, Job.headTable) + (<usize>(head * addresses) << 2);
    const q = address(row, 0), k = address(row, 1), v = address(row, 2), g = address(row, 3);
    for (let first = 0; first < queries; first += block) {
      const rows = min(block, queries - first);
      const seen = isCausal ? min(keys, first + rows) : keys;
      softmaxOfScores<T>(words, q, k, p, first, rows, seen);
      if (isBackward) {
        const gBlock = g + <usize>first * address(words, Job.gRow) * sizeof<T>(), qBlock = q + <usize>first * address(words, Job.qRow) * sizeof<T>();
        const dq = address(row, 4) + <usize>(first * width) * sizeof<T>();
        blockGradients<T>(words, p, ds, qBlock, k, v, gBlock, dq, address(row, 5), address(row, 6), rows, seen);
      } else blockOutput<T>(words, p, v, g + <usize>(first * valueWidth) * sizeof<T>(), rows, seen);
    }
  }
}

/** Runs a pass over the heads of a chunk, in the job's dtype. */
export function runAttentionChunk(words: usize, chunk: i32, thread: i32): void {
  if (word(words, Job.isFloat64) != 0) heads<f64>(words, chunk, thread);
  else heads<f32>(words, chunk, thread);
}
