/** Values of losses, numbers of dead units, and call sites. */
import { callSite } from "../../../tape/graph/call-site.ts";
import { currentScope, scopePath } from "../../../tape/graph/scope.ts";
import type { PendingSite } from "../../../tensor/site.ts";
import { elements } from "../../../tensor/strided.ts";
import { Tensor } from "../../../tensor/tensor.ts";
import { deadUnits } from "../../causes/gradient/dead-units.ts";
import type { ModuleCall, Rectified } from "./call.ts";

/** The mean of a tensor's elements. */
export function meanOf(t: Tensor): number {
  const x = elements(t);
  let sum = 0;
  for (const v of x) sum += v;
  return sum / x.length;
}

/** Returns the value of a step's result as a number; `null` if it is none. */
export function numberOf(result: unknown): number | null {
  if (typeof result === "number") return result;
  return result instanceof Tensor && result.numel() === 1 ? meanOf(result) : null;
}

/** Returns the call site of an op or module; where a stack is too deep to show it, that of the module around it. */
export function siteWithin(module: ModuleCall | null): PendingSite {
  const own = callSite();
  return { resolve: () => own.resolve() ?? module?.site.resolve() ?? null };
}

/** Returns the dead units in the result of a rectifier, the `nth` of its step, which ran as op number `call`. */
export const rectifiedOf = (y: Tensor, nth: number, call: number): Rectified => ({
  key: `${nth} ${scopePath(currentScope())}`,
  call,
  ...deadUnits(y),
});
