/** Operations of the program's own: computed outside of the tape, and put on it with a gradient rule. */

import { runUserCode } from "../tape/backward/user-code.ts";
import { currentWalk } from "../tape/backward/walk.ts";
import type { Node, TapeOp } from "../tape/graph/node.ts";
import { inputName, outputName } from "../tape/graph/saved.ts";
import { checkForward } from "../tape/watch/anomaly.ts";
import { findsAnomalies } from "../tape/watch/watch.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { record } from "./dispatch.ts";
import type { AnyOp } from "./spec.ts";

/** What the tape is told of such an operation. */
export interface OwnOp {
  /** Shown on the tape. */
  readonly name: string;
  /** Cotangents of the inputs, from those of the outputs. */
  readonly vjp: (cotangents: readonly (Tensor | null)[], node: Node) => readonly (Tensor | null)[];
  /** Tangents of the outputs, from those of the inputs. */
  readonly push?: TapeOp<unknown>["push"];
  /** What the rule reads, by position; `node.savedAt(i)` gives it, or says that it was changed. */
  readonly saved?: readonly (Tensor | null)[];
  readonly tex?: TapeOp<unknown>["tex"];
}

const unwritten = { forward: "", vjp: "" } as const;

function nameOf(t: Tensor | null, i: number, inputs: readonly Tensor[], outputs: readonly Tensor[]): string {
  const [x, y] = t === null ? [-1, -1] : [inputs.indexOf(t), outputs.indexOf(t)];
  return x >= 0 ? inputName(x, inputs.length) : y >= 0 ? outputName(y) : `saved${i + 1}`;
}

/** Makes `outputs`, which are off the tape, results of `inputs`. */
export function recordOwn(
  { name, vjp, push, saved = [], tex = unwritten }: OwnOp,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
): Node {
  const op: TapeOp<unknown> & Pick<AnyOp, "plans"> = {
    name,
    own: true,
    label: () => name,
    tex,
    savedNames: saved.map((t, i) => nameOf(t, i, inputs, outputs)),
    push: push && ((tangents, node) => runUserCode(tangents, () => push(tangents, node))),
    vjp: (_g, ctx) => runUserCode(ctx.cotangents, () => vjp(ctx.cotangents, ctx as Node)),
  };
  if (findsAnomalies() && currentWalk() === null) checkForward(op, inputs, null, outputs, true);
  const node = record(op, inputs, null, outputs);
  // inputs and outputs have their edges by now: each saved tensor keeps its own
  if (saved.length > 0) node.keep(saved, saved.length);
  return node;
}
