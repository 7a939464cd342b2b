/** `optim.swaUtils`: averaging of weights. */
export { AveragedModel, type AveragedModelOptions, updateBn } from "./averaged-model.ts";
export { type AverageFunction, getEmaAvgFn, getSwaAvgFn } from "./averages.ts";
export { SWALR, type SWALROptions } from "./swa-lr.ts";
