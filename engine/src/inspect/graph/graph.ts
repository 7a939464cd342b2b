/** `graph`: the recorded computation of a tensor as a node-link graph. */
import { Tensor } from "../../tensor/tensor.ts";
import { graphDot, graphMermaid } from "../../view/graph/formats.ts";
import { type GraphData, graphOutput, graphSvg, initialGraph } from "../../view/graph/output.ts";
import { maxVisible } from "../../view/graph/visible.ts";
import { Display } from "../shared/display.ts";
import { encodeTape } from "../tape/data.ts";

/** Options of `graph`. */
export interface GraphOptions {
  /** Most nodes that are displayed at first: scopes and repeated blocks open as long as there are no more. 40 by default, and at most 300. */
  readonly nodes?: number;
}

/** A tape as a graph, which a notebook displays, which prints as text elsewhere, and which other programs read as DOT, Mermaid or SVG. */
export class TapeGraph extends Display<GraphData> {
  constructor(data: GraphData) {
    super(graphOutput, data);
  }

  /** Returns the graph in DOT, the language of Graphviz. */
  toDot(): string {
    return graphDot(initialGraph(this.data.tape, this.data.nodes));
  }

  /** Returns the graph as a flowchart of Mermaid, which Markdown shows. */
  toMermaid(): string {
    return graphMermaid(initialGraph(this.data.tape, this.data.nodes));
  }

  /** Returns the graph as a picture in SVG. */
  toSvg(): string {
    return graphSvg(initialGraph(this.data.tape, this.data.nodes));
  }
}

/**
 * Returns the computation that led to a tensor as a graph: operations with the tensors that they read, scopes that open, and repeated blocks in one node (`block × 12`).
 * A parameter that several operations read has a node before each of them.
 * @throws GradError when nothing was recorded.
 * @example
 * const w = tensor([1, 2], { requiresGrad: true });
 * inspect.graph(w.mul(3).sum()).toMermaid().split("\n")[0]; // "flowchart TD"
 */
export function graph(result: Tensor | readonly Tensor[], { nodes }: GraphOptions = {}): TapeGraph {
  const tape = encodeTape(result instanceof Tensor ? [result] : result);
  return new TapeGraph({
    schema: 1,
    tape: { ...tape, details: [] },
    nodes: nodes === undefined ? null : Math.min(nodes, maxVisible),
  });
}
