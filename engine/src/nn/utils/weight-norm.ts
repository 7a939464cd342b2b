/** Weight normalization: weights as a length times a direction. */
import type { Tensor } from "../../tensor/tensor.ts";
import type { Module } from "../base/module.ts";
import { Parameter } from "../base/parameter.ts";
import { derive, fieldsOf, requireDerived, restoreField, stateIn } from "./derived.ts";

/** Returns the norms of the slices of `v` along a dimension, with sizes of 1 in all others; for `null`, the norm of all elements, a scalar. */
export function normExceptDim(v: Tensor, dim: number | null): Tensor {
  if (dim === null) return v.square().sum().sqrt();
  const kept = dim < 0 ? dim + v.ndim : dim;
  const others = v.shape.map((_, d) => d).filter((d) => d !== kept);
  return others.length === 0 ? v.abs() : v.square().sum(others, { keepdim: true }).sqrt();
}

/** Returns g v / ‖v‖. */
export const normalizedWeight = (g: Tensor, v: Tensor, dim: number | null): Tensor =>
  v.mul(g.div(normExceptDim(v, dim)));

/**
 * Has a module compute its parameter `name`, by default "weight", as g v / ‖v‖, where ‖v‖ are the norms of the slices along the dimension `dim` (0 by default), or for `null` the norm of all elements. The
 * parameters become `weightG` and `weightV`, after the name. Returns the module. `parametrizations.weightNorm` does the same as a parametrization. Source: Salimans and Kingma, 2016.
 * @throws ArgumentError when the module has no such parameter.
 * @example
 * const layer = nn.utils.weightNorm(new nn.Linear(2, 3));
 * Object.keys(layer.stateDict()); // ["bias", "weightG", "weightV"]
 */
export function weightNorm<M extends Module>(module: M, name = "weight", dim: number | null = 0): M {
  const weight = stateIn("weightNorm", module, name);
  const fields = fieldsOf(module);
  const [gName, vName] = [`${name}G`, `${name}V`];
  fields[gName] = new Parameter(normExceptDim(weight.detach(), dim));
  fields[vName] = new Parameter(weight.detach());
  derive(module, name, "weight normalization", () =>
    normalizedWeight(fields[gName] as Tensor, fields[vName] as Tensor, dim),
  );
  return module;
}

/**
 * Undoes `weightNorm`: the parameter `name`, by default "weight", has the value that was computed. Returns the module.
 * @throws ArgumentError when the weight is not normalized.
 * @example
 * const layer = nn.utils.removeWeightNorm(nn.utils.weightNorm(new nn.Linear(2, 3)));
 * Object.keys(layer.stateDict()).sort(); // ["bias", "weight"]
 */
export function removeWeightNorm<M extends Module>(module: M, name = "weight"): M {
  requireDerived("removeWeightNorm", module, name, "weight normalization");
  const weight = fieldsOf(module)[name] as Tensor;
  restoreField(module, name, new Parameter(weight.detach()));
  Reflect.deleteProperty(module, `${name}G`);
  Reflect.deleteProperty(module, `${name}V`);
  return module;
}
