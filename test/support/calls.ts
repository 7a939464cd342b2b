/** The primitive calls that a public function leads to. */
import type { Tensor } from "tapelab";
import { observing } from "../../engine/src/dispatch/dispatch.ts";
import type { RegisteredOperator } from "../../engine/src/dispatch/registry.ts";
import type { AnyOp, Arguments } from "../../engine/src/dispatch/spec.ts";

export interface Call {
  readonly op: AnyOp;
  readonly inputs: readonly Tensor[];
  readonly params: unknown;
  readonly outputs: readonly Tensor[];
}

export function callsOf(op: RegisteredOperator, args: Arguments): Call[] {
  const calls: Call[] = [];
  observing(
    (spec, inputs, params, outputs) => calls.push({ op: spec, inputs, params, outputs }),
    () => op.callByName(args),
  );
  return calls;
}
