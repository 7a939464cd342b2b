/** Operations of the program's own that work on examples as well: recorded on what is really computed. */
import { openLevels } from "../dispatch/batched.ts";
import { type CustomOp, recordCustomOp } from "../tape/graph/custom-op.ts";
import type { Node } from "../tape/graph/node.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { asRecordedAt, batchedAt, bottomOf, levelsOf, wrapped } from "./batch-levels.ts";
import { fromRecord } from "./vjp.ts";

/** Puts outputs on the tape as results of inputs; gives the outputs to go on with. */
export function recordHere(
  own: CustomOp,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
): { readonly node: Node; readonly outputs: readonly Tensor[] } {
  const levels = [...openLevels()];
  if (levels.length === 0) return { node: recordCustomOp(own, inputs, outputs), outputs };
  const inner = levels.toReversed();
  const xs = inputs.map((x) => bottomOf(batchedAt(x, levels)));
  const full = outputs.map((y) => batchedAt(y, levels));
  const ys = full.map((y) => bottomOf(y).detach());
  const examples = (all: readonly (Tensor | null)[]): (Tensor | null)[] =>
    all.map((t) => (t === null ? null : fromRecord(t, inner)));
  const whole = (all: readonly (Tensor | null)[]): (Tensor | null)[] =>
    all.map((t) => (t === null ? null : asRecordedAt(t, levels)));
  const node = recordCustomOp(
    {
      ...own,
      vjp: (cotangents, n) => whole(own.vjp(examples(cotangents), n)),
      push: own.push === undefined ? undefined : (tangents, n) => whole(own.push?.(examples(tangents), n) ?? []),
    },
    xs,
    ys,
  );
  return { node, outputs: ys.map((y, i) => wrapped(y, levelsOf(full[i]))) };
}

/** Whether the tape wants the gradient of what is behind an example. */
export const wantsGradient = (x: Tensor): boolean => bottomOf(x).requiresGrad;
