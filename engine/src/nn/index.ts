/** Neural network modules. */
export * as functional from "../ops/functional.ts";
export { Dropout, Flatten, GELU, ReLU, Sigmoid, Tanh } from "./activation.ts";
export { type Layer, Sequential } from "./container.ts";
export * as init from "./init.ts";
export { Linear, type LinearModuleOptions } from "./linear.ts";
export { Module, Parameter, type StateDict } from "./module.ts";
