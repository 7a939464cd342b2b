/** The exports of `optim.swaUtils`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../optim/swa-utils/index.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../optim/swa-utils/index.ts";

export const getEmaAvgFn: typeof from.getEmaAvgFn = guard("getEmaAvgFn", "decay?: number", from.getEmaAvgFn);
export const getSwaAvgFn: typeof from.getSwaAvgFn = guard("getSwaAvgFn", "", from.getSwaAvgFn);
export const updateBn: typeof from.updateBn = guard("updateBn", "loader: iterable<any>, model: nn.Module", from.updateBn);
