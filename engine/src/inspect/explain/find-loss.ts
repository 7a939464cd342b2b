/** Finds the loss of an explanation among the host's variables, where the program does not give it. */
import { AccumulateGrad, edgeOf } from "../../tape/graph/node.ts";
import { reachable } from "../../tape/graph/reachable.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { variableTensors } from "../shared/naming.ts";

/** Returns the variable that was computed from the tensor, if there is one: the last scalar on which backward ran, else the last one; `null` for none. */
export function findLoss(x: Tensor): Tensor | null {
  const target = x.requiresGrad ? edgeOf(x) : null;
  const candidates = variableTensors().filter((t) => t !== x && t.numel() === 1 && t.gradFn !== null);
  const ranked = candidates.sort((a, b) => rankOf(b) - rankOf(a));
  const reached = ranked.find((t) => {
    const root = t.gradFn;
    return target !== null && root !== null && [...reachable([root])].includes(target.node);
  });
  if (reached !== undefined || target === null) return reached ?? null;
  // a leaf that was not reached is explained by the last walk
  const last = ranked[0];
  const isLeaf = target.node instanceof AccumulateGrad;
  return isLeaf && target.node.accumulations === 0 && last?.gradFn?.ran === true ? last : null;
}

const rankOf = ({ gradFn }: Tensor): number => (gradFn === null ? -1 : gradFn.seq + (gradFn.ran ? 1e12 : 0));
