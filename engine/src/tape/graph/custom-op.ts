/** Ops that the program defines itself: computed off the tape, and recorded with the program's gradient rule. */
import type { Tensor } from "../../tensor/tensor.ts";
import type { Node } from "./node.ts";
import type { TapeOp } from "./op.ts";
import { type RecordedCustom, recordCustom } from "./record.ts";
import { inputName, outputName } from "./saved.ts";
import { runUserCode } from "./user-code.ts";

/** The program's definition of an op. */
export interface CustomOp {
  /** The name that the tape shows. */
  readonly name: string;
  /** Computes the cotangents of the inputs from those of the outputs. */
  readonly vjp: (cotangents: readonly (Tensor | null)[], node: Node) => readonly (Tensor | null)[];
  /** Computes the tangents of the outputs from those of the inputs. */
  readonly push?: TapeOp<unknown>["push"];
  /** The tensors that the rule reads; `node.savedAt(i)` returns one, and throws if it was changed in place. */
  readonly saved?: readonly (Tensor | null)[];
  readonly tex?: TapeOp<unknown>["tex"];
  /** Runs the op again on other inputs, for checks of its rule. It must not keep the tensors of this run alive. */
  readonly rerun?: TapeOp<unknown>["rerun"];
}

const noTex = { forward: "", vjp: "" } as const;

function nameOf(t: Tensor | null, i: number, inputs: readonly Tensor[], outputs: readonly Tensor[]): string {
  const [x, y] = t === null ? [-1, -1] : [inputs.indexOf(t), outputs.indexOf(t)];
  return x >= 0 ? inputName(x, inputs.length) : y >= 0 ? outputName(y) : `saved${i + 1}`;
}

/** Records `outputs`, which are off the tape, as results of `inputs`. The program is to get the outputs that are returned. */
export function recordCustomOp(
  { name, vjp, push, saved = [], tex = noTex, rerun }: CustomOp,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
): RecordedCustom {
  const op: TapeOp<unknown> = {
    name,
    custom: true,
    label: () => name,
    tex,
    rerun: rerun && ((given) => runUserCode(given, () => rerun(given))),
    savedNames: saved.map((t, i) => nameOf(t, i, inputs, outputs)),
    push: push && ((tangents, node) => runUserCode(tangents, () => push(tangents, node))),
    vjp: (_g, ctx) => runUserCode(ctx.cotangents, () => vjp(ctx.cotangents, ctx as Node)),
  };
  return recordCustom(op, inputs, outputs, saved);
}
