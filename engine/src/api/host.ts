/** The exports of `host`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../host.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../host.ts";

export const recover: typeof from.recover = guard("recover", "", from.recover);
export const reportGrowth: typeof from.reportGrowth = guard("reportGrowth", "", from.reportGrowth);
export const setNamer: typeof from.setNamer = guard("setNamer", "find: function", from.setNamer);
export const setWatch: typeof from.setWatch = guard("setWatch", "options: { nodes: number; first?: number; site?: function }", from.setWatch);
export const watchGrowth: typeof from.watchGrowth = guard("watchGrowth", "tell: function | null", from.watchGrowth);
