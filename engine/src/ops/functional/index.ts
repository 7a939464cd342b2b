/** `nn.functional`: the functions that modules compute. */
export * from "../aliases/functional.ts";
export { tanh } from "../elementwise/exponential.ts";
export { sigmoid } from "../elementwise/sigmoid.ts";
export * from "./families.ts";
export { col2im as fold, im2col as unfold } from "./im2col.ts";
export { logSigmoid as logsigmoid } from "./log-sigmoid.ts";
