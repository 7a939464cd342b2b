/** The exports of `autograd.forwardAd`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../forward-ad.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../forward-ad.ts";

export const dualLevel: typeof from.dualLevel = guard("dualLevel", "body: function", from.dualLevel);
export const enterDualLevel: typeof from.enterDualLevel = guard("enterDualLevel", "", from.enterDualLevel);
export const exitDualLevel: typeof from.exitDualLevel = guard("exitDualLevel", "", from.exitDualLevel);
export const makeDual: typeof from.makeDual = guard("makeDual", "primal: Tensor, tangent: Tensor", from.makeDual);
export const unpackDual: typeof from.unpackDual = guard("unpackDual", "t: Tensor", from.unpackDual);
