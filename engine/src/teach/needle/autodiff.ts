/** Reverse mode as in the course: over values, in reverse topological order, by the ops' own gradients. */
import { ArgumentError } from "../../tensor/errors.ts";
import { type Tensor, TensorTuple, type Value } from "./value.ts";

/** A value that a gradient can be assigned to. */
type Node = Value & { grad?: Tensor | null };

/**
 * All values that `nodes` depend on, and they themselves, each behind its inputs: the post-order of a depth-first search that takes inputs from first to
 * last.
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

/** Puts what `node` depends on, and then `node`, behind `order`; without recursion, as graphs are deep. */
export function topoSortDfs(node: Value, visited: Set<Value>, order: Value[]): void {
  if (visited.has(node)) return;
  visited.add(node);
  const open: { readonly value: Value; next: number }[] = [{ value: node, next: 0 }];
  while (open.length > 0) {
    const top = open[open.length - 1];
    const input = top.value.inputs[top.next++];
    if (input === undefined) {
      order.push(top.value);
      open.pop();
    } else if (!visited.has(input)) {
      visited.add(input);
      open.push({ value: input, next: 0 });
    }
  }
}

/** The sum of values, one `add` after the other. */
export function sumNodeList(values: readonly Value[]): Value {
  if (values.length === 0) throw new ArgumentError("sumNodeList", "there is nothing to add");
  return values.reduce((a, b) => (a instanceof TensorTuple ? a.add(b as TensorTuple) : (a as Tensor).add(b as Tensor)));
}

/**
 * Assigns to every node that `output` depends on the gradient of `output`, weighted by `outGrad`: gradients are values of the graph themselves.
 * @throws GradError where data was replaced after the graph was built.
 */
export function computeGradientOfVariables(output: Tensor, outGrad: Tensor): void {
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
