/** Cotangents during a walk: accumulated at the outputs of nodes, and freed when the walk is done with them. */

import type { Edge } from "../../tensor/graph.ts";
import { sameShape } from "../../tensor/shape.ts";
import { expose, free, isNewTemporary, isTemporary } from "../../tensor/storage/memory.ts";
import type { Storage } from "../../tensor/storage/storage.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { useAlgebra } from "../graph/algebra.ts";
import type { Node } from "../graph/node.ts";
import { none } from "../graph/saved.ts";

/** Whether any of the cotangents is not null. */
export function hasAny(cotangents: readonly (Tensor | null)[]): boolean {
  for (let i = 0; i < cotangents.length; i++) if (cotangents[i] !== null) return true;
  return false;
}

/** Frees the cotangents of a node that the walk has visited, and the temporaries that the node's rule allocated. */
export function freeAfterVisit(cotangents: readonly (Tensor | null)[], temporaries: Storage[]): void {
  for (let i = 0; i < cotangents.length; i++) {
    const g = cotangents[i];
    if (g !== null) dropReference(g.storage);
  }
  // popped one by one, as setting the length of an array is slow in V8
  for (let s = temporaries.pop(); s !== undefined; s = temporaries.pop())
    if (s.cotangentCount === 0 && isTemporary(s)) free(s);
}

function dropReference(s: Storage): void {
  if (--s.cotangentCount === 0 && isTemporary(s)) free(s);
}

/** Whether only the walk holds the elements of `h`, and the rule that runs cannot pass them on, so that `g` may be added in place. */
function canAddInPlace(h: Tensor, g: Tensor): boolean {
  const { storage } = h;
  if (storage.cotangentCount !== 1 || !isTemporary(storage) || isNewTemporary(storage)) return false;
  const fills = (t: Tensor): boolean => t.isContiguous() && t.storage.dtype === storage.dtype;
  return storage !== g.storage && storage.length === h.numel() && fills(h) && fills(g) && sameShape(h.shape, g.shape);
}

/** Adds `g` to the cotangent that has accumulated at an edge. */
export function addCotangent({ node, index }: Edge, g: Tensor): void {
  if (index === 0 && node.cotangents.length === 0) {
    g.storage.cotangentCount++;
    node.cotangents = [g];
    return;
  }
  if (node.cotangents.length <= index) {
    const wider = node.cotangents.slice();
    while (wider.length <= index) wider.push(null);
    node.cotangents = wider;
  }
  const before = node.cotangents[index];
  if (before !== null && canAddInPlace(before, g) && useAlgebra().tryAddInPlace(before, g)) return;
  const total = before === null ? g : useAlgebra().add(before, g);
  total.storage.cotangentCount++;
  node.cotangents[index] = total;
  if (before === null) return;
  // the rule that runs may contribute a tensor that it has just allocated to another input too
  if (isNewTemporary(before.storage)) before.storage.cotangentCount--;
  else dropReference(before.storage);
}

/** Exposes cotangents, so that the walk neither frees them nor adds into them. */
export function exposeAll(cotangents: readonly (Tensor | null)[]): void {
  for (const g of cotangents) if (g !== null) expose(g.storage);
}

/** Exposes and removes the cotangents of a node that the walk did not visit. */
export function abandon(node: Node): void {
  exposeAll(node.cotangents);
  node.cotangents = none;
}
