/** Looking through a graph without walking backward. */
import type { Node } from "./node.ts";

/** The nodes that some lead to, they themselves included, each once; where `enter` is false the search does not go. */
export function* reachable(from: Iterable<Node>, enter: (node: Node) => boolean = () => true): Generator<Node> {
  const seen = new Set<Node>();
  const open: Node[] = [];
  const meet = (node: Node): void => {
    if (seen.has(node) || !enter(node)) return;
    seen.add(node);
    open.push(node);
  };
  for (const node of from) meet(node);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node;
    for (const edge of node.edges) if (edge !== null) meet(edge.node);
  }
}
