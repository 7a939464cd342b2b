/** The first ops, forward and backward, that gave NaN or infinity for finite operands. */

import { AccumulateGrad, type Node } from "../../../tape/graph/node.ts";
import { createdIn } from "../../../tape/watch/finite.ts";
import { broadcastStrides, contiguousStrides, sameShape } from "../../../tensor/shape.ts";
import { readElements } from "../../../tensor/strided.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import type { GradientCase } from "./case.ts";
import type { Flow } from "./flow.ts";
import { indexAt, isFiniteThroughout } from "./numbers.ts";

/** An op that gave the first NaN or infinity. */
export interface Broken {
  readonly direction: "forward" | "backward";
  readonly node: Node;
  /** The tensor with the bad elements: an output, or a contribution to an input. */
  readonly bad: Tensor;
  /** Position of the first bad element in row-major order, its index, and its value. */
  readonly position: number;
  readonly index: readonly number[];
  readonly value: number;
  /** Number of bad elements. */
  readonly count: number;
  /** The inputs that are known; `null` for others. */
  readonly inputs: readonly (Tensor | null)[];
  /** The elements of the inputs at the index, where their shapes broadcast to it. */
  readonly operands: readonly (number | null)[];
  /** The element of the cotangent at the index; `null` forward, or where its shape differs. */
  readonly upstream: number | null;
}

/** Returns the element of `t` at an index of a shape that `t` broadcasts to; `null` if it does not. */
export function elementAt(t: Tensor, shape: readonly number[], index: readonly number[]): number | null {
  if (t.ndim > shape.length) return null;
  for (let d = 1; d <= t.ndim; d++)
    if (t.shape[t.ndim - d] !== 1 && t.shape[t.ndim - d] !== shape[shape.length - d]) return null;
  const strides = broadcastStrides(t.shape, contiguousStrides(t.shape), shape);
  const at = index.reduce((sum, i, d) => sum + i * strides[d], 0);
  return readElements(t)[at] ?? null;
}

/** Returns the ops that gave the first NaN or infinity on the ways between a tensor and the loss: the earliest forward, and the first of the walk. */
export function brokenOps(c: GradientCase): Broken[] {
  const { flow } = c;
  if (flow === null) return [];
  const loss = flow.output(flow.loss.node, flow.loss.index);
  // what is infinite on the way to a finite loss was not chosen there, or is infinite on purpose, as in a mask
  const isFiniteLoss = loss !== null && isFiniteThroughout(flow.numbers(loss));
  const forward = isFiniteLoss ? null : forwardBreak(flow);
  // a cotangent that passes a value that is not finite is expected to be bad, too
  const backward = forward === null ? backwardBreak(c, flow) : null;
  return [forward, backward].filter((b) => b !== null);
}

function forwardBreak(flow: Flow): Broken | null {
  let first: Broken | null = null;
  const ops = flow.nodes.filter((n) => !(n instanceof AccumulateGrad)).toReversed();
  for (const node of ops) {
    const outputs = node.outputMetas.map((_, i) => flow.output(node, i));
    const bad = outputs.find((y) => y !== null && !isFiniteThroughout(flow.numbers(y))) ?? null;
    if (bad === null) continue;
    const inputs = node.metas.map((_, i) => flow.input(node, i));
    const isKnown = inputs.every((x) => x !== null);
    const isCreated = !isKnown || createdIn(bad, inputs, node.params, node.op.batch === "elementwise") !== null;
    const broken = brokenOp(flow, "forward", node, bad, inputs, null);
    if (isCreated) return broken;
    first ??= broken;
  }
  return first;
}

function backwardBreak(c: GradientCase, flow: Flow): Broken | null {
  for (const p of c.passages) {
    if (p.before.nan + p.before.inf > 0 || p.after === null || isFiniteThroughout(p.after) || p.contribution === null)
      continue;
    const inputs = p.node.metas.map((_, i) => flow.input(p.node, i));
    return brokenOp(flow, "backward", p.node, p.contribution, inputs, p.cotangent);
  }
  return null;
}

/** Returns an op as one that gave the first NaN or infinity, in the tensor `bad`. */
export function brokenOp(
  flow: Flow,
  direction: Broken["direction"],
  node: Node,
  bad: Tensor,
  inputs: readonly (Tensor | null)[],
  cotangent: Tensor | null,
): Broken {
  const { firstBad, nan, inf } = flow.numbers(bad);
  const index = indexAt(bad.shape, firstBad);
  return {
    direction,
    node,
    bad,
    position: firstBad,
    index,
    value: readElements(bad)[firstBad],
    count: nan + inf,
    inputs,
    operands: inputs.map((x) => (x === null ? null : elementAt(x, bad.shape, index))),
    upstream: cotangent === null || !sameShape(cotangent.shape, bad.shape) ? null : readElements(cotangent)[firstBad],
  };
}

/** Whether the operands of a broken op are finite, where they are known. */
export const hasFiniteOperands = ({ inputs }: Broken, flow: Flow): boolean =>
  inputs.every((x) => x === null || isFiniteThroughout(flow.numbers(x)));
