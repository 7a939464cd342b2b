/** Accumulating gradients in leaves. */
import { expose, isTemporary } from "../../tensor/storage/memory.ts";
import { peekGrad, setOwnedGrad, type Tensor } from "../../tensor/tensor.ts";
import { useAlgebra } from "../graph/algebra.ts";
import { listeners } from "../graph/listener.ts";
import { AccumulateGrad, type Node } from "../graph/node.ts";

/**
 * Computes grad ← grad + g, in place unless the walk is recorded. The first gradient is a copy, because another leaf, a hook or the caller of `backward` may hold
 * the cotangent; it is `g` itself only if the walk is the only owner.
 */
export function accumulateGrad(leaf: Tensor, g: Tensor, createGraph: boolean): void {
  const { add, addInPlace, clone } = useAlgebra();
  const before = peekGrad(leaf);
  if (createGraph) {
    leaf.grad = before === null ? clone(g) : add(before, g);
    return;
  }
  // a batched gradient does not fit into a tensor outside of vmap
  if (before !== null && !before.storage.isBatched && !g.storage.isBatched) {
    addInPlace(before, g);
    return;
  }
  const { storage } = g;
  const isOwned =
    isTemporary(storage) && storage.cotangentCount === 1 && storage.length === g.numel() && g.isContiguous();
  const total = before !== null ? add(before, g) : isOwned ? g : clone(g);
  expose(total.storage);
  setOwnedGrad(leaf, total);
}

/**
 * Accumulates a sparse gradient of a leaf by rows, as `embedding` with `sparse: true` has it. Returns false if the gradient has to be dense: the op is not sparse,
 * hooks or listeners need the gradient, or the leaf has one already.
 */
export function accumulateRows(node: Node, cotangents: readonly (Tensor | null)[], walk: number): boolean {
  const { op, edges, hooks } = node;
  const g = cotangents[0];
  if (op.rows === undefined || g === null || hooks !== null || listeners.ruleApplied.length > 0) return false;
  const leaf = edges[0]?.node;
  if (!(leaf instanceof AccumulateGrad) || leaf.hooks !== null) return false;
  // a gradient that the program may have read is changed in place, by a dense sum
  if (peekGrad(leaf.variable) !== null) return false;
  const found = op.rows(g, node);
  if (found === null) return false;
  leaf.noteAccumulation(leaf.rows === null, walk);
  expose(found.index.storage);
  expose(found.values.storage);
  leaf.rows = [...(leaf.rows ?? []), found];
  node.ran = true;
  return true;
}
