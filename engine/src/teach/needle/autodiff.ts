/** Reverse-mode differentiation as in the course: over values in reverse topological order, by the `gradient` of the ops. */
import { ArgumentError } from "../../tensor/errors.ts";
import { type Tensor, TensorTuple } from "./tensor.ts";
import type { Value } from "./value.ts";

/** A value that may have a gradient. */
type Node = Value & { grad?: Tensor | null };

/**
 * Returns the values and all values that they depend on, in topological order: the post-order of a depth-first search that visits inputs from first to last.
 * @example
 * const a = new needle.Tensor([1]);
 * const b = a.add(1);
 * needle.findTopoSort([b.mul(a)]).length; // 3
 */
export function findTopoSort(nodes: readonly Value[]): Value[] {
  const visited = new Set<Value>();
  const order: Value[] = [];
  for (const node of nodes) topoSortDfs(node, visited, order);
  return order;
}

/**
 * Appends the values that `node` depends on and that are not in `visited`, and then `node`, to `order`, and adds them to `visited`. Iterative, as graphs are deep.
 * @example
 * const order: needle.Value[] = [];
 * needle.topoSortDfs(new needle.Tensor([1]).add(1), new Set(), order);
 * order.length; // 2
 */
export function topoSortDfs(node: Value, visited: Set<Value>, order: Value[]): void {
  if (visited.has(node)) return;
  visited.add(node);
  const stack: { readonly value: Value; nextInput: number }[] = [{ value: node, nextInput: 0 }];
  while (stack.length > 0) {
    const top = stack[stack.length - 1];
    const input = top.value.inputs[top.nextInput++];
    if (input === undefined) {
      order.push(top.value);
      stack.pop();
    } else if (!visited.has(input)) {
      visited.add(input);
      stack.push({ value: input, nextInput: 0 });
    }
  }
}

/**
 * Returns the sum of values, as a chain of additions.
 * @throws ArgumentError for an empty list.
 * @example
 * const a = new needle.Tensor([2]);
 * (needle.sumNodeList([a, a, a]) as needle.Tensor).numpy(); // [6]
 */
export function sumNodeList(values: readonly Value[]): Value {
  if (values.length === 0) throw new ArgumentError("sumNodeList", "there is nothing to add");
  return values.reduce((a, b) => (a instanceof TensorTuple ? a.add(b as TensorTuple) : (a as Tensor).add(b as Tensor)));
}

/**
 * Assigns to every tensor that `output` depends on, and to `output`, the gradient of `output` weighted by `outGrad`. Gradients are values of the graph themselves, so they
 * can be differentiated.
 * @throws GradError where data was replaced after the graph was built.
 * @example
 * const x = new needle.Tensor([3]);
 * needle.computeGradientOfVariables(x.mul(x), new needle.Tensor([1]));
 * x.grad!.numpy(); // [6]
 */
export function computeGradientOfVariables(output: Tensor, outGrad: Tensor): void {
  /** For each value, the contributions of its uses to its gradient. */
  const contributions = new Map<Value, Value[]>([[output, [outGrad]]]);
  for (const node of findTopoSort([output]).toReversed() as Node[]) {
    const parts = contributions.get(node);
    if (parts === undefined || !node.requiresGrad) continue;
    contributions.delete(node);
    const grad = sumNodeList(parts);
    if (!(grad instanceof TensorTuple)) node.grad = grad as Tensor;
    if (node.op === null) continue;
    node.checkInputs();
    node.op.gradientAsTuple(grad, node).forEach((g, i) => {
      const input = node.inputs[i];
      if (!input.requiresGrad) return;
      const list = contributions.get(input);
      if (list === undefined) contributions.set(input, [g]);
      else list.push(g);
    });
  }
}
