/** The calls of primitive ops that a public function makes. */
import type { Tensor } from "tapelab";
import type { RegisteredOperator } from "../../engine/src/dispatch/registry.ts";
import type { AnyOp, Arguments } from "../../engine/src/dispatch/spec.ts";
import { listenDuring } from "../../engine/src/tape/graph/listener.ts";

/** A call of a primitive op. */
export interface Call {
  readonly op: AnyOp;
  readonly inputs: readonly Tensor[];
  readonly params: unknown;
  readonly outputs: readonly Tensor[];
}

/** Calls an operator by name, and returns the calls of primitive ops that it makes. */
export function callsOf(op: RegisteredOperator, args: Arguments): Call[] {
  const calls: Call[] = [];
  listenDuring(
    {
      opRan: (spec, inputs, params, outputs) => void calls.push({ op: spec as AnyOp, inputs, params, outputs }),
    },
    () => op.callByName(args),
  );
  return calls;
}
