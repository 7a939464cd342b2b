/**
 * Examples and the tensors behind them. Derivatives are taken on what is really computed, all examples at once: an input is made part of a batch at each
 * level that is open, so that each example has its own gradient.
 */
import { batchedTensor, batchOf, type Level, openLevels } from "../dispatch/batched.ts";
import { expand, permute, reshape } from "../ops/shape/reshape.ts";
import { edgeOf } from "../tape/graph/node.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** The levels that a tensor is an example at, innermost first. */
export function levelsOf(t: Tensor): Level[] {
  const found: Level[] = [];
  for (let b = batchOf(t); b !== null; b = batchOf(b.value)) found.push(b.level);
  return found;
}

/** The tensor behind all levels. */
export function bottomOf(t: Tensor): Tensor {
  let now = t;
  for (let b = batchOf(now); b !== null; b = batchOf(now)) now = b.value;
  return now;
}

/** Wraps a bottom again: `levels` innermost first, of which the last one owns the first dimension. */
export const wrapped = (bottom: Tensor, levels: readonly Level[]): Tensor =>
  levels.toReversed().reduce((value, level) => batchedTensor(value, level), bottom);

/** The tensor as an example at each of the levels, repeated where it was none; `levels` outermost first. */
export function batchedAt(t: Tensor, levels: readonly Level[]): Tensor {
  const level = levels.at(-1);
  if (level === undefined) return t;
  const b = batchOf(t);
  const value = b !== null && b.level === level ? b.value : expand(t, [level.size, ...t.shape]);
  return batchedTensor(batchedAt(value, levels.slice(0, -1)), level);
}

/**
 * The tensor as a walk along operations recorded at `levels` (outermost first) needs it: with their dimensions in front, and still an example at
 * levels that were opened since.
 */
export function asRecordedAt(t: Tensor, levels: readonly Level[]): Tensor {
  const own = levelsOf(t);
  const newer = own.filter((level) => !levels.includes(level));
  // all levels as dimensions: newer ones, then those of the record
  const order = [...levels, ...openLevels().filter((level) => newer.includes(level))];
  const bottom = bottomOf(batchedAt(t, order));
  if (newer.length === 0) return bottom;
  const dims = order.length;
  const back = Array.from({ length: bottom.ndim - dims }, (_, d) => dims + d);
  const front = [...newer.keys()].map((i) => levels.length + i);
  const turned = permute(bottom, [...front, ...levels.keys(), ...back]);
  return wrapped(turned, order.slice(levels.length).toReversed());
}

/**
 * The tensor as an input of forward mode, which may be changed in place: on the tape, but no leaf. Shares its elements, so the change is seen by the
 * caller, as in PyTorch.
 */
export function changeableAliasOf(t: Tensor): Tensor {
  if (t.requiresGrad) return aliasOf(t);
  const alias = t.detach();
  alias.source = edgeOf(t.detach().requiresGrad_());
  return alias;
}

/** The same tensor as a place of its own on the tape. */
export const aliasOf = (t: Tensor): Tensor => (t.requiresGrad ? reshape(t, t.shape) : t.detach().requiresGrad_());
