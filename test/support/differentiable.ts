/** Public functions as differentiable functions of their float64 arguments. */
import { type Tensor, ValuesIndices } from "tapelab";
import type { RegisteredOperator } from "../../engine/src/dispatch/registry.ts";
import type { Arguments } from "../../engine/src/dispatch/spec.ts";
import { type Differentiable, isTensor } from "./derivatives.ts";

function outputsOf(result: unknown): Tensor[] {
  if (isTensor(result)) return [result];
  if (result instanceof ValuesIndices) return [result.values, result.indices];
  return result as Tensor[];
}

/** Returns the float64 tensors of the arguments, and the operator as a function of them that returns its float64 outputs. */
export function differentiable(
  op: RegisteredOperator,
  args: Arguments,
): { readonly inputs: Tensor[]; readonly f: Differentiable } {
  const inputs: Tensor[] = [];
  const collect = (x: unknown): void => {
    if (isTensor(x)) {
      if (x.dtype === "float64") inputs.push(x);
    } else if (Array.isArray(x)) x.forEach(collect);
  };
  Object.values(args).forEach(collect);
  const f: Differentiable = (given) => {
    let next = 0;
    const replace = (x: unknown): unknown =>
      isTensor(x) ? (x.dtype === "float64" ? given[next++] : x) : Array.isArray(x) ? x.map(replace) : x;
    return outputsOf(op.callByName(Object.fromEntries(Object.entries(args).map(([k, v]) => [k, replace(v)])))).filter(
      (y) => y.dtype === "float64",
    );
  };
  return { inputs, f };
}
