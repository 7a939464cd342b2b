/** Cotangents on their way through a backward walk: added up where they arrive, and freed when they are used up. */

import type { Edge } from "../../tensor/graph.ts";
import { sameShape } from "../../tensor/shape.ts";
import { free, isNewTemporary, isTemporary } from "../../tensor/storage/memory.ts";
import type { Storage } from "../../tensor/storage/storage.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { useAlgebra } from "../graph/algebra.ts";

/** Whether there is any. */
export function arrived(cotangents: readonly (Tensor | null)[]): boolean {
  for (let i = 0; i < cotangents.length; i++) if (cotangents[i] !== null) return true;
  return false;
}

/** Frees what a node has used up and what its rule made on the way. */
export function settle(cotangents: readonly (Tensor | null)[], made: Storage[]): void {
  for (let i = 0; i < cotangents.length; i++) {
    const g = cotangents[i];
    if (g !== null) drop(g.storage);
  }
  // V8 takes its time to set a length
  for (let s = made.pop(); s !== undefined; s = made.pop()) if (s.cotangentCount === 0 && isTemporary(s)) free(s);
}

function drop(s: Storage): void {
  if (--s.cotangentCount === 0 && isTemporary(s)) free(s);
}

/** Whether nobody else has the elements of a cotangent, nor will get them from the rule that runs, so that another may be added to them. */
function onlyHere(h: Tensor, g: Tensor): boolean {
  const { storage } = h;
  if (storage.cotangentCount !== 1 || !isTemporary(storage) || isNewTemporary(storage)) return false;
  const alike = (t: Tensor): boolean => t.isContiguous() && t.storage.dtype === storage.dtype;
  return storage !== g.storage && storage.length === h.numel() && alike(h) && alike(g) && sameShape(h.shape, g.shape);
}

/** Adds a cotangent to what the edge has received so far. */
export function receive({ node, index }: Edge, g: Tensor): void {
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
  if (before !== null && onlyHere(before, g) && useAlgebra().addTo(before, g)) return;
  const total = before === null ? g : useAlgebra().add(before, g);
  total.storage.cotangentCount++;
  node.cotangents[index] = total;
  if (before === null) return;
  // the rule that runs may send what it has made to another place, too
  if (isNewTemporary(before.storage)) before.storage.cotangentCount--;
  else drop(before.storage);
}
