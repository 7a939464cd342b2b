/**
 * Attention over heads, a block of queries at a time, in float32, so that no more than a block's scores are held; the gradient works them out
 * again. Source of the idea: Rabe and Staats, 2021, and Dao et al., 2022.
 */
import { gemm32 } from "./gemm";
import { softmax32, softmaxGrad32 } from "./softmax";

/** Queries whose scores are worked out together. */
const block: i32 = 64;

/*
 * The words: kind, heads per chunk, heads, queries, keys, width, width of values, causal, scale, backward, scratch, bytes of scratch
 * a thread, addresses of q, k, v, (g), y or (q̄, k̄, v̄) of each head; then, for q, k, v and g, the steps of rows and columns.
 */
// @ts-ignore: decorator
@inline
function word(words: usize, i: i32): i32 {
  return load<i32>(words + (<usize>i << 2));
}

// @ts-ignore: decorator
@inline
function rowOf(words: usize, tensor: i32): usize {
  return <usize>word(words, 13 + 2 * tensor);
}
// @ts-ignore: decorator
@inline
function columnOf(words: usize, tensor: i32): usize {
  return <usize>word(words, 14 + 2 * tensor);
}

/** p [rows, seen] = softmax(scale q kᵀ) for a block of queries; rows are `keys` elements apart. */
function weights(words: usize, q: usize, k: usize, p: usize, first: i32, rows: i32, seen: i32): void {
  const keys = <usize>word(words, 4);
  const from = q + (<usize>first * rowOf(words, 0) << 2);
  gemm32(
    rows, seen, word(words, 5), reinterpret<f32>(word(words, 8)), from, rowOf(words, 0), columnOf(words, 0), k, columnOf(words, 1),
    rowOf(words, 1), p, keys, false, 0,
  );
  softmax32(rows, seen, p, keys << 2, word(words, 7) != 0 ? first + 1 : 0, p);
}

export function attentionChunk(words: usize, chunk: i32, thread: i32): void {
  const perChunk = word(words, 1);
  const heads = min((chunk + 1) * perChunk, word(words, 2));
  const queries = word(words, 3), keys = word(words, 4), width = word(words, 5), valueWidth = word(words, 6);
  const causal = word(words, 7) != 0;
  const backward = word(words, 9) != 0;
  const p = <usize>word(words, 10) + <usize>word(words, 11) * <usize>thread;
  const ds = p + (<usize>(block * keys) << 2);
  const scale = reinterpret<f32>(word(words, 8));
  const count = backward ? 7 : 4;
  for (let head = chunk * perChunk; head < heads; head++) {
    const places = <usize>word(words, 12) + (<usize>(head * count) << 2);
    const q = <usize>load<u32>(places), k = <usize>load<u32>(places, 4), v = <usize>load<u32>(places, 8), g = <usize>load<u32>(places, 12);
    for (let first = 0; first < queries; first += block) {
      const rows = min(block, queries - first);
      const seen = causal ? min(keys, first + rows) : keys;
      weights(words, q, k, p, first, rows, seen);
      if (!backward) {
        const y = g + (<usize>(first * valueWidth) << 2);
        gemm32(rows, valueWidth, seen, 1, p, keys, 1, v, rowOf(words, 2), columnOf(words, 2), y, valueWidth, false, 0);
        continue;
      }
      const dq = <usize>load<u32>(places, 16), dk = <usize>load<u32>(places, 20), dv = <usize>load<u32>(places, 24);
      const gb = g + (<usize>first * rowOf(words, 3) << 2), qb = q + (<usize>first * rowOf(words, 0) << 2);
      // v̄ += Pᵀ ȳ, S̄ = s P ⊙ (ȳ vᵀ - Σ), q̄ = S̄ k, k̄ += S̄ᵀ q
      gemm32(seen, valueWidth, rows, 1, p, 1, keys, gb, rowOf(words, 3), columnOf(words, 3), dv, valueWidth, true, 0);
      gemm32(rows, seen, valueWidth, 1, gb, rowOf(words, 3), columnOf(words, 3), v, columnOf(words, 2), rowOf(words, 2), ds, keys, false, 0);
      softmaxGrad32(rows, seen, p, ds, keys << 2, scale, ds);
      const to = dq + (<usize>(first * width) << 2);
      gemm32(rows, width, seen, 1, ds, keys, 1, k, rowOf(words, 1), columnOf(words, 1), to, width, false, 0);
      gemm32(seen, width, rows, 1, ds, 1, keys, qb, rowOf(words, 0), columnOf(words, 0), dk, width, true, 0);
    }
  }
}
