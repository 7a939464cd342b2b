/** What of a public function can be differentiated. */
import { type Tensor, ValuesIndices } from "tapelab";
import type { RegisteredOperator } from "../../engine/src/dispatch/registry.ts";
import type { Arguments } from "../../engine/src/dispatch/spec.ts";
import { type Differentiable, isTensor } from "./derivatives.ts";

function outputsOf(result: unknown): Tensor[] {
  if (isTensor(result)) return [result];
  if (result instanceof ValuesIndices) return [result.values, result.indices];
  return result as Tensor[];
}

/** The float tensors of the arguments, and a way to call with others in their place. */
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
    let at = 0;
    const put = (x: unknown): unknown =>
      isTensor(x) ? (x.dtype === "float64" ? given[at++] : x) : Array.isArray(x) ? x.map(put) : x;
    return outputsOf(op.callByName(Object.fromEntries(Object.entries(args).map(([k, v]) => [k, put(v)])))).filter(
      (y) => y.dtype === "float64",
    );
  };
  return { inputs, f };
}
