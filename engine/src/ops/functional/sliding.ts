/** Windows that slide over the spatial dimensions, of convolutions and pooling. */
import { requireTensor } from "../../dispatch/operand.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { squeeze, unsqueeze } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";

/** One number for all spatial dimensions, or a number for each. */
export type PerDim = number | readonly number[];

/** Size and steps of a sliding window, by dimension. */
export interface Sliding {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  /** Size added on both sides. */
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
}

/**
 * Returns one integer for each spatial dimension.
 * @throws ArgumentError for another number of values, and for values below `least`.
 */
export function perDim(op: string, name: string, value: PerDim, rank: number, least: number): readonly number[] {
  const list = typeof value === "number" ? new Array<number>(rank).fill(value) : value;
  const spread = list.length === 1 && rank > 1 ? new Array<number>(rank).fill(list[0]) : list;
  if (spread.length !== rank || !spread.every((n) => Number.isInteger(n) && n >= least))
    throw new ArgumentError(
      op,
      `${name} must be an integer of at least ${least}, or ${rank} of them, but got ${JSON.stringify(value)}`,
    );
  return spread;
}

/** Returns the extent of a dilated window: the distance from its first to its last element, plus 1. */
export const windowExtent = (kernel: number, dilation: number): number => dilation * (kernel - 1) + 1;

/**
 * Returns the number of positions of a window on each dimension. With `ceil` the last window may begin inside and end outside.
 * @throws ShapeError when the window is larger than the padded input.
 */
export function outputSizes(op: string, input: Shape, s: Sliding, ceil = false): number[] {
  return input.map((n, d) => {
    const free = n + 2 * s.padding[d] - windowExtent(s.kernel[d], s.dilation[d]);
    const all = (ceil ? Math.ceil : Math.floor)(free / s.stride[d]) + 1;
    // as in PyTorch, no window begins in the padding on the right
    const places = ceil && (all - 1) * s.stride[d] >= n + s.padding[d] ? all - 1 : all;
    if (places < 1)
      throw new ShapeError(op, "the window must fit into the padded input (sizes of the input, of the window)", [
        input,
        s.kernel,
      ]);
    return places;
  });
}

/** Offsets in the input, the window and the output of all pairs of an output position and an element of its window that is inside of the input. */
export interface Taps {
  readonly x: Int32Array;
  readonly k: Int32Array;
  readonly y: Int32Array;
}

/** Returns the taps, in row-major order of output positions and of elements of the window. */
export function tapsOf(input: Shape, output: Shape, s: Sliding): Taps {
  let taps: (readonly [x: number, k: number, y: number])[] = [[0, 0, 0]];
  input.forEach((n, d) => {
    const next: (readonly [number, number, number])[] = [];
    for (const [x, k, y] of taps)
      for (let place = 0; place < output[d]; place++)
        for (let cell = 0; cell < s.kernel[d]; cell++) {
          const at = place * s.stride[d] - s.padding[d] + cell * s.dilation[d];
          if (at >= 0 && at < n) next.push([x * n + at, k * s.kernel[d] + cell, y * output[d] + place]);
        }
    taps = next;
  });
  const part = (i: 0 | 1 | 2): Int32Array => Int32Array.from(taps, (t) => t[i]);
  return { x: part(0), k: part(1), y: part(2) };
}

/** Runs `run` on a batch [N, C, …] with `rank` spatial dimensions; a single example [C, …] is made a batch of one. */
export function onBatch(
  op: string,
  input: Tensor,
  rank: number,
  run: (x: Tensor) => readonly Tensor[],
): readonly Tensor[] {
  const x = requireTensor(op, input);
  if (x.ndim === rank + 1) return run(unsqueeze(x, 0)).map((y) => squeeze(y, 0));
  if (x.ndim !== rank + 2)
    throw new ShapeError(op, `the input must have ${rank + 2} dimensions ([N, C, …]), or ${rank + 1} for one example`, [
      x.shape,
    ]);
  return run(x);
}

/** Checks that spatial sizes are at least 1; the batch may be empty. */
export function requireNonEmpty(op: string, x: Shape): void {
  if (x[0] !== 0 && x.slice(2).includes(0))
    throw new ShapeError(op, "the sizes behind the channels must be at least 1", [x]);
}

/** Crops a result to `shape`: an output padding of at least the stride adds positions at the end. */
export const cropTo = (y: Tensor, shape: Shape): Tensor =>
  shape.reduce((cut, n, d) => (cut.shape[d] > n ? cut.narrow(d, 0, n) : cut), y);

/** Returns [S, N, …] as [S N, …]. */
export const mergeBatch = (x: Tensor): Tensor => reshape(x, [x.shape[0] * x.shape[1], ...x.shape.slice(2)]);
/** Returns [S N, …] as [S, N, …]. */
export const splitBatch = (y: Tensor, size: number): Tensor =>
  reshape(y, [size, y.shape[0] / size, ...y.shape.slice(1)]);
