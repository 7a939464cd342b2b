/** Node-link graphs of tapes as a kind of output. */
import type { TapeData } from "../../protocol/index.ts";
import { defineOutput, type Output, type OutputData } from "../shared/output.ts";
import { picture } from "../shared/svg.ts";
import { limitLines, maxTextRows } from "../shared/table.ts";
import { tapeHeadline } from "../tape/labels.ts";
import { drawGraph, shapeMarkup } from "./drawing.ts";
import { nodeSentence, nodeSize } from "./labels.ts";
import { layOutGraph } from "./layout.ts";
import { graphTree } from "./tree.ts";
import { initiallyOpen, type VisibleGraph, visibleGraph } from "./visible.ts";

/** A tape that is displayed as a graph. */
export interface GraphData extends OutputData {
  readonly schema: 1;
  /** The tape, without details of rows. */
  readonly tape: TapeData;
  /** Most nodes that are displayed at first; `null` for the usual number. */
  readonly nodes: number | null;
}

/** Characters of a picture, and the numbers of nodes with which it is tried. */
const maxLength = 60_000;
const tries = [200, 120, 60, 40, 20, 1] as const;

/** Returns the graph that is displayed at first, with at most `most` nodes where containers can be closed. */
export function initialGraph(tape: TapeData, most?: number | null): VisibleGraph {
  const items = graphTree(tape);
  return visibleGraph(tape, items, initiallyOpen(tape, items, most ?? undefined));
}

/** Returns a graph as a picture in SVG. */
export function graphSvg(graph: VisibleGraph): string {
  const layout = layOutGraph(graph, (node) => nodeSize(graph.tape, node));
  return picture(
    {
      width: Math.ceil(layout.width),
      height: Math.ceil(layout.height),
      title: `graph of ${graph.tape.title}`,
      description: graphText(graph).split(/\n+/).slice(0, 12).join("; "),
    },
    ...drawGraph(graph, layout).map(shapeMarkup),
  );
}

/** Returns a graph as text: a sentence for each node. */
export function graphText(graph: VisibleGraph): string {
  const nodes = graph.nodes.filter(({ item }) => item !== null);
  const depthOf = (parent: string): number => (parent === "" ? 0 : 1 + depthOf(graph.byKey.get(parent)?.parent ?? ""));
  const lines = nodes.map((node) => `${"  ".repeat(depthOf(node.parent))}${nodeSentence(graph, node)}`);
  return [tapeHeadline(graph.tape).replace("Tape of", "Graph of"), "", ...limitLines(lines, maxTextRows, "nodes")].join(
    "\n",
  );
}

/** Returns a picture that fits into an output, with fewer nodes if it has to be. */
function still({ tape, nodes }: GraphData): string {
  const sizes = tries.filter((most) => most <= (nodes ?? 40));
  for (const most of sizes) {
    const svg = graphSvg(initialGraph(tape, most));
    if (svg.length <= maxLength) return svg;
  }
  return "";
}

export const graphOutput: Output<GraphData> = defineOutput({
  mime: "application/vnd.tapelab.graph.v1+json",
  schema: 1,
  text: ({ tape, nodes }) => graphText(initialGraph(tape, nodes)),
  still: (data) => {
    const svg = still(data);
    return svg === "" ? {} : { "image/svg+xml": svg };
  },
});
