/** The exports of `inspect.memory`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../inspect/memory/index.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../inspect/memory/index.ts";

export const compare: typeof from.compare = guard("compare", "before: has<allRows, bundle, data, toString>, after?: has<allRows, bundle, data, toString>", from.compare);
export const holders: typeof from.holders = guard("holders", "x: Tensor, roots?: record<any>", from.holders);
export const peak: typeof from.peak = guard("peak", "body: function", from.peak);
export const usage: typeof from.usage = guard("usage", "roots?: record<any>", from.usage);
