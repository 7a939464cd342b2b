/** `inFloat64`: a tape computed once more in double precision, to see what single precision loses. */
import { apply } from "../../dispatch/dispatch.ts";
import { registered } from "../../dispatch/registry.ts";
import type { OpSpec } from "../../dispatch/spec.ts";
import { backward } from "../../tape/backward/backward.ts";
import { enableGrad } from "../../tape/graph/mode.ts";
import type { Node } from "../../tape/graph/node.ts";
import { withinScope } from "../../tape/graph/scope.ts";
import { isInputChanged, keepsTensors } from "../../tape/graph/watched.ts";
import { watching } from "../../tape/watch/watch.ts";
import { castElements } from "../../tensor/complex.ts";
import { type DType, isComplex, isFloating } from "../../tensor/dtype.ts";
import { GradError } from "../../tensor/errors.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";
import { nameOf } from "../shared/naming.ts";
import { nodesBehind } from "../shared/record.ts";
import { requireNode } from "../shared/target.ts";
import { leafTensor } from "../tape/leaves.ts";

/** Returns the dtype of double precision for a float or complex dtype; any other dtype itself. */
const doubleOf = (dtype: DType): DType => (isComplex(dtype) ? "complex128" : isFloating(dtype) ? "float64" : dtype);

/** Returns the parameters with dtypes of double precision, so that a cast to single precision on the tape loses nothing. */
function doubleParams(params: unknown): unknown {
  const double = (value: unknown): unknown =>
    value === "float16" || value === "bfloat16" || value === "float32" || value === "complex64"
      ? doubleOf(value)
      : value;
  if (typeof params !== "object" || params === null || !("dtype" in params)) return double(params);
  return { ...params, dtype: double(params.dtype) };
}

/** Results of the recomputed nodes, and the leaves in double precision. */
class Replay {
  readonly #outputs = new Map<Node, readonly Tensor[]>();
  readonly #leaves = new Map<Tensor, Tensor>();

  /** Computes a node again. @throws GradError for an op of the program, and where an input is not known. */
  run(node: Node): void {
    const spec = registered.get(node.op.name)?.spec;
    if (node.op.custom === true || spec === undefined || spec === null)
      throw new GradError("inFloat64", `${node.op.name} is an op of the program, which cannot be computed again`);
    const inputs = node.edges.map((edge, i) => {
      const known = edge === null ? undefined : this.#outputs.get(edge.node);
      return known !== undefined && edge !== null ? known[edge.index] : this.#leaf(node, i);
    });
    const outputs = withinScope(node.scope, () => apply(spec as OpSpec<unknown>, inputs, doubleParams(node.params)));
    const again = outputs[0].gradFn;
    if (again !== null && keepsTensors(again.watched))
      again.watched = { ...again.watched, site: node.watched?.site ?? null };
    this.#outputs.set(node, outputs);
  }

  /** Returns the first output of a node. */
  resultOf = (node: Node): Tensor => (this.#outputs.get(node) as readonly Tensor[])[0];

  #leaf(node: Node, i: number): Tensor {
    const edge = node.edges[i];
    const t = leafTensor(node, edge, i);
    if (t === null)
      throw new GradError(
        "inFloat64",
        `an input of ${node.op.name} is not known; watch the ops by inspect.setWatch({ nodes: 1000 }) before they run`,
      );
    if (keepsTensors(node.watched) && isInputChanged(node.watched, i))
      throw new GradError(
        "inFloat64",
        `${nameOf(t) ?? "a tensor"} has been changed in place since ${node.op.name} read it; call inFloat64 before the change, such as a step of an optimizer`,
      );
    const known = this.#leaves.get(t);
    if (known !== undefined) return known;
    const dtype = doubleOf(t.dtype);
    const leaf = fromArray(castElements(contiguousArray(t), t.dtype, dtype), dtype, t.shape);
    leaf.label = nameOf(t);
    leaf.wrapped = t.wrapped;
    if (edge !== null) leaf.requiresGrad = true;
    this.#leaves.set(t, leaf);
    return leaf;
  }
}

/**
 * Computes the ops that led to a tensor again in float64, from the same leaves, and their gradients if `backward` has run: `diff(loss, inFloat64(loss))` shows
 * where single precision loses digits. Random masks are the same, as they are leaves.
 * @throws GradError when nothing was recorded, an input was not watched, or the tape has an op that the program defines itself.
 * @example
 * inspect.setWatch({ nodes: 10 });
 * const w = tensor([1e-9], { requiresGrad: true });
 * const lost = w.add(1).sub(1);
 * lost.item(); // 0
 * Math.abs(inspect.inFloat64(lost).item<number>() - 1e-9) < 1e-15; // true
 */
export function inFloat64(result: Tensor): Tensor {
  const root = requireNode("inFloat64", result);
  const replay = new Replay();
  return watching(() =>
    enableGrad(() => {
      for (const node of nodesBehind([root])) replay.run(node);
      const again = replay.resultOf(root);
      again.label = nameOf(result);
      if (root.ran && again.numel() === 1) backward(again);
      return again;
    }),
  );
}
