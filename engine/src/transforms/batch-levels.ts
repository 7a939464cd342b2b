/**
 * Conversions between batched tensors and the physical tensors that hold their elements. Inside `vmap` a tensor has the shape of one member of the batch; its
 * physical tensor has a batch dimension in front for each level at which it is batched. Operations are recorded on physical tensors, so derivatives are taken
 * there, and every transform composes with `vmap`.
 */
import { batchedTensor, batchOf, type Level, openLevels } from "../dispatch/batched.ts";
import { expand } from "../ops/shape/expand.ts";
import { permute } from "../ops/shape/permute.ts";
import { reshape } from "../ops/shape/reshape.ts";
import { edgeOf } from "../tape/graph/node.ts";
import { physicalOf } from "../tensor/physical.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Returns the levels at which a tensor is batched, innermost first. */
export function batchLevelsOf(t: Tensor): Level[] {
  const levels: Level[] = [];
  for (let b = batchOf(t); b !== null; b = batchOf(b.value)) levels.push(b.level);
  return levels;
}

/** Returns the batched tensor of a physical one. `levels`, innermost first, own its first dimensions, the last level the first of them. */
export const wrapPhysical = (physical: Tensor, levels: readonly Level[]): Tensor =>
  levels.toReversed().reduce((value, level) => batchedTensor(value, level), physical);

/** Returns the tensor batched at all of `levels` (outermost first), expanded at those where it is not. */
export function expandToLevels(t: Tensor, levels: readonly Level[]): Tensor {
  const level = levels.at(-1);
  if (level === undefined) return t;
  const b = batchOf(t);
  const value = b !== null && b.level === level ? b.value : expand(t, [level.size, ...t.shape]);
  return batchedTensor(expandToLevels(value, levels.slice(0, -1)), level);
}

/**
 * Returns a (co)tangent in the form that operations recorded at `levels` (outermost first) take: with the dimensions of these levels in front, and batched at
 * the levels that were opened later. The inverse of `fromRecordLevels`.
 */
export function toRecordLevels(t: Tensor, levels: readonly Level[]): Tensor {
  const own = batchLevelsOf(t);
  const newer = own.filter((level) => !levels.includes(level));
  const all = [...levels, ...openLevels().filter((level) => newer.includes(level))];
  // the dimensions are those of the newer levels, then those of the record
  const physical = physicalOf(expandToLevels(t, all));
  if (newer.length === 0) return physical;
  const batchDims = all.length;
  const back = Array.from({ length: physical.ndim - batchDims }, (_, d) => batchDims + d);
  const front = [...newer.keys()].map((i) => levels.length + i);
  const newerFirst = permute(physical, [...front, ...levels.keys(), ...back]);
  return wrapPhysical(newerFirst, all.slice(levels.length).toReversed());
}

/**
 * Returns a (co)tangent of operations recorded at `levels` (innermost first) as a tensor batched at them, and at the levels that were opened later, if it is
 * batched there. The inverse of `toRecordLevels`.
 */
export function fromRecordLevels(g: Tensor, levels: readonly Level[]): Tensor {
  const newer = batchLevelsOf(g);
  if (newer.length === 0) return wrapPhysical(g, levels);
  // [newer…, record…, shape] becomes [record…, newer…, shape]
  const physical = physicalOf(g);
  const n = newer.length;
  const k = levels.length;
  const order = [
    ...Array.from({ length: k }, (_, i) => n + i),
    ...Array.from({ length: n }, (_, i) => i),
    ...Array.from({ length: physical.ndim - n - k }, (_, i) => n + k + i),
  ];
  return wrapPhysical(permute(physical, order), [...newer, ...levels]);
}

/** Returns an alias of the tensor with a node of its own, so that its gradient is separate: a new leaf, or an identity of a tensor on the tape. */
export const aliasOf = (t: Tensor): Tensor => (t.requiresGrad ? reshape(t, t.shape) : t.detach().requiresGrad_());

/**
 * Returns an alias of the tensor that has a node of its own, but is no leaf, so that forward mode may change it in place. It shares the elements, so the
 * caller sees the change, as in PyTorch.
 */
export function mutableAliasOf(t: Tensor): Tensor {
  if (t.requiresGrad) return aliasOf(t);
  const alias = t.detach();
  alias.source = edgeOf(t.detach().requiresGrad_());
  return alias;
}
