/** The exports of `distributions`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../distributions/index.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../distributions/index.ts";

export const klDivergence: typeof from.klDivergence = guard("klDivergence", "p: distributions.Distribution, q: distributions.Distribution", from.klDivergence);
