/** Searching a graph. */
import type { Node } from "./node.ts";

/** Yields the nodes that are reachable from some, these included, each once. The search does not enter nodes for which `enter` returns false. */
export function* reachable(from: Iterable<Node>, enter: (node: Node) => boolean = () => true): Generator<Node> {
  const seen = new Set<Node>();
  const stack: Node[] = [];
  const push = (node: Node): void => {
    if (seen.has(node) || !enter(node)) return;
    seen.add(node);
    stack.push(node);
  };
  for (const node of from) push(node);
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    yield node;
    for (const edge of node.edges) if (edge !== null) push(edge.node);
  }
}
