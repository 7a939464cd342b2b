/** Where a gradient that is zero was stopped: the nodes to which cotangents came that are not zero, and that passed on zeros. */

import type { Node } from "../../../tape/graph/node.ts";
import type { GradientStop } from "../../../tape/graph/op.ts";
import { sameShape } from "../../../tensor/shape.ts";
import { readElements } from "../../../tensor/strided.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import type { GradientCase } from "./case.ts";
import type { Passage } from "./flow.ts";
import { isZero } from "./numbers.ts";

/** A passage that stopped a gradient, or a part of it. */
export interface Stopped extends Passage {
  /** The share of the zero gradient that the passage accounts for. */
  readonly share: number;
  /** The share of the elements of the cotangent that are not 0 and whose contribution is 0; 1 where all is stopped. */
  readonly closed: number;
}

/** A passage at an op that can stop gradients, which passed on zeros and other numbers. */
const isPartial = (p: Passage): boolean =>
  p.node.op.stops !== undefined &&
  p.node.op.stops !== "product" &&
  p.after !== null &&
  p.after.zeros > 0 &&
  !isZero(p.after);

/**
 * Returns the passage that stopped the part of a cotangent that an op moves towards the tensor: the op itself, or the nearest one before it that stopped some elements, if
 * the op has no way to stop gradients and its cotangent has zeros already.
 */
function blamed(c: GradientCase, p: Passage): Passage {
  if (p.node.op.stops !== undefined || p.before.zeros === 0 || c.flow === null) return p;
  const seen = new Set<Node>();
  const queue = [p.node];
  for (const node of queue) {
    if (seen.has(node)) continue;
    seen.add(node);
    const found = c.passages.find((q) => q.node !== p.node && q.node === node && isPartial(q));
    if (found !== undefined) return found;
    queue.push(...c.flow.consumers(node).map((use) => use.node));
  }
  return p;
}

const isEmpty = ({ before }: Passage): boolean => before.total === 0 && before.nan + before.inf === 0;
const isStopped = (p: Passage): boolean => !isEmpty(p) && (p.after === null || isZero(p.after));

/** Returns the passages at which a gradient of zeros was stopped, by the size of what they stopped. */
export function stoppedPassages(c: GradientCase): Stopped[] {
  const stopped = c.passages.filter(isStopped).map((p) => blamed(c, p));
  const all = stopped.reduce((sum, p) => sum + p.before.norm, 0);
  return stopped.map((p) => ({ ...p, share: all === 0 ? 1 / stopped.length : p.before.norm / all, closed: 1 }));
}

/** Returns the passages of elementwise ops at which part of a gradient was stopped, with the share of elements, the largest first. */
export function partlyStopped({ passages }: GradientCase): Stopped[] {
  return passages
    .flatMap((p): Stopped[] => {
      const closed = closedShare(p.cotangent, p.contribution);
      return closed === null || closed === 0 || closed === 1 ? [] : [{ ...p, share: closed, closed }];
    })
    .sort((a, b) => b.closed - a.closed);
}

/** Returns the share of elements that are not 0 in the cotangent and 0 in the contribution; `null` where the shapes differ. */
function closedShare(cotangent: Tensor, contribution: Tensor | null): number | null {
  if (contribution === null || !sameShape(cotangent.shape, contribution.shape)) return null;
  const [g, h] = [readElements(cotangent), readElements(contribution)];
  let [open, closed] = [0, 0];
  for (let i = 0; i < g.length; i++) {
    if (g[i] === 0) continue;
    if (h[i] === 0) closed++;
    else open++;
  }
  return open + closed === 0 ? null : closed / (open + closed);
}

/** Returns the passages at ops that stop gradients in a given way. */
export const stoppedBy = (c: GradientCase, way: GradientStop): Stopped[] =>
  stoppedPassages(c).filter((p) => p.node.op.stops === way);

/** Returns the tensors that the op of a passage combines with the input, where they are known. */
export const otherInputs = (
  c: GradientCase,
  node: Node,
  input: number,
): { readonly position: number; readonly tensor: Tensor }[] =>
  node.metas.flatMap((_, i) => {
    const tensor = i === input ? null : (c.flow?.input(node, i) ?? null);
    return tensor === null ? [] : [{ position: i, tensor }];
  });

/** Whether the derivative of the op of a passage is 0 at the very value of its input: at 0, as for a square, or at a constant, as for a variance. */
export function isStationary(c: GradientCase, { node, input }: Passage): boolean {
  const { flow } = c;
  const x = flow?.input(node, input) ?? null;
  if (flow === null || x === null) return false;
  const { op, metas } = node;
  if (op.stops !== undefined && op.stops !== "product") return false;
  const numbers = flow.numbers(x);
  if (op.isSpread === true) return numbers.min === numbers.max;
  const others = otherInputs(c, node, input);
  const isOwn = metas.length === 1 || others.some((o) => o.tensor === x);
  return isOwn && isZero(numbers);
}
