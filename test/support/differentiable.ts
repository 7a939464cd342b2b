/** Public functions as differentiable functions of their float64 arguments. */
import type { Tensor } from "tapelab";
import type { RegisteredOperator } from "../../engine/src/dispatch/registry.ts";
import type { Arguments } from "../../engine/src/dispatch/spec.ts";
import { type Differentiable, isTensor } from "./derivatives.ts";

/** Ops whose outputs behind the first are statistics without gradients, as in PyTorch. */
const onlyFirst: ReadonlySet<string> = new Set(["nativeLayerNorm", "nativeBatchNorm", "batchNormWithUpdate"]);

/** Ops that read one triangle of a symmetric matrix, and whose gradients are those for symmetric changes. */
const symmetric: ReadonlySet<string> = new Set(["cholesky", "choleskyEx", "eigh", "eigvalsh"]);

const symmetrized = (x: Tensor): Tensor => (x.ndim < 2 ? x : x.add(x.transpose(-2, -1)).mul(0.5));

/** Ops of log probabilities, whose gradients are those for changes that keep their sum 1. */
const normalized: ReadonlySet<string> = new Set(["ctcLoss"]);

const logProbs = (x: Tensor): Tensor => x.logSoftmax(-1);

/** Arguments without gradients, by the op: a matrix whose factors have none, and factors that another op has computed. */
const constants: Readonly<Record<string, readonly string[]>> = {
  ldlFactor: ["A"],
  ldlSolve: ["LD"],
  ldlSubstitute: ["LD"],
};

/** The tensors of a result; weights that were not asked for are `null`, and a boolean is none. */
const outputsOf = (result: unknown): Tensor[] =>
  result === null || typeof result === "boolean"
    ? []
    : isTensor(result)
      ? [result]
      : [...(result as Iterable<unknown>)].flatMap(outputsOf);

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
  const fixed = constants[op.name] ?? [];
  for (const [name, x] of Object.entries(args)) if (!fixed.includes(name)) collect(x);
  const f: Differentiable = (xs) => {
    let next = 0;
    const isSymmetric = fixed.length === 0 && (symmetric.has(op.name) || args.hermitian === true);
    const given = isSymmetric ? xs.map(symmetrized) : normalized.has(op.name) ? xs.map(logProbs) : xs;
    const replace = (x: unknown): unknown =>
      isTensor(x) ? (x.dtype === "float64" ? given[next++] : x) : Array.isArray(x) ? x.map(replace) : x;
    const outputs = outputsOf(
      op.callByName(Object.fromEntries(Object.entries(args).map(([k, v]) => [k, fixed.includes(k) ? v : replace(v)]))),
    );
    return (onlyFirst.has(op.name) ? outputs.slice(0, 1) : outputs).filter((y) => y.dtype === "float64");
  };
  return { inputs, f };
}
