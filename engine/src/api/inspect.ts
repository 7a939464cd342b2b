/** The exports of `inspect`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../inspect/index.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../inspect/index.ts";

export const growth: typeof from.growth = guard("growth", "", from.growth);
export const onGradient: typeof from.onGradient = guard("onGradient", "hook: function, filter?: { op?: string | has<compile, dotAll, exec, flags, global, hasIndices, ignoreCase, lastIndex, multiline, source, sticky, test, unicode>; scope?: string | has<compile, dotAll, exec, flags, global, hasIndices, ignoreCase, lastIndex, multiline, source, sticky, test, unicode>; cell?: number }", from.onGradient);
export const onRecord: typeof from.onRecord = guard("onRecord", "hook: function, filter?: { op?: string | has<compile, dotAll, exec, flags, global, hasIndices, ignoreCase, lastIndex, multiline, source, sticky, test, unicode>; scope?: string | has<compile, dotAll, exec, flags, global, hasIndices, ignoreCase, lastIndex, multiline, source, sticky, test, unicode>; cell?: number }", from.onRecord);
export const reportGrowth: typeof from.reportGrowth = guard("reportGrowth", "", from.reportGrowth);
export const setNamer: typeof from.setNamer = guard("setNamer", "find: function", from.setNamer);
export const setWatch: typeof from.setWatch = guard("setWatch", "options: { nodes: number; first?: number; site?: function }", from.setWatch);
export const summarize: typeof from.summarize = guard("summarize", "t: Tensor", from.summarize);
export const tensorBundle: typeof from.tensorBundle = guard("tensorBundle", "t: Tensor", from.tensorBundle);
export const watchGrowth: typeof from.watchGrowth = guard("watchGrowth", "tell: function | null", from.watchGrowth);
