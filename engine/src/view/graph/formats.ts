/** The displayed graph in the languages of Graphviz and Mermaid. */
import { nodeTexts } from "./labels.ts";
import type { GraphNode, VisibleGraph } from "./visible.ts";

/** Returns the lines of a node. */
function linesOf({ tape }: VisibleGraph, node: GraphNode): string[] {
  const { name, value, gradient } = nodeTexts(tape, node);
  return [name, value, gradient].filter((text) => text !== "");
}

/** Calls `write` for the nodes of a container, and recursively for those of open containers. */
function writeNodes(
  graph: VisibleGraph,
  parent: string,
  indent: string,
  write: (node: GraphNode, indent: string, inner: () => string[]) => string[],
): string[] {
  return graph.nodes
    .filter((node) => node.parent === parent)
    .flatMap((node) => write(node, indent, () => writeNodes(graph, node.key, `${indent}  `, write)));
}

/** Returns a text as a string of DOT, of one line or several. */
const dotText = (lines: readonly string[]): string =>
  `"${lines
    .map((line) =>
      line
        .replaceAll("\\", "\\\\")
        .replaceAll('"', '\\"')
        .replaceAll(/[\r\n]+/g, " "),
    )
    .join("\\n")}"`;

/** Returns the graph in DOT, the language of Graphviz; open containers are clusters. */
export function graphDot(graph: VisibleGraph): string {
  const nodes = writeNodes(graph, "", "  ", (node, indent, inner) => {
    const label = dotText(linesOf(graph, node));
    if (node.isOpen)
      return [
        `${indent}subgraph "cluster_${node.key}" {`,
        `${indent}  label=${dotText([node.item?.name ?? ""])};`,
        ...inner(),
        `${indent}}`,
      ];
    const style = node.item === null ? ", shape=ellipse" : node.item.children.length > 0 ? ", shape=box3d" : "";
    return [`${indent}"${node.key}" [label=${label}${style}];`];
  });
  const edges = graph.edges.map(({ from, to }) => `  "${from}" -> "${to}";`);
  return [
    "digraph tape {",
    `  label=${dotText([graph.tape.title])};`,
    "  node [shape=box, fontname=Helvetica];",
    ...nodes,
    ...edges,
    "}",
    "",
  ].join("\n");
}

/** Returns a text as a string of Mermaid, in which characters with a meaning are written by their codes. */
const mermaidText = (lines: readonly string[]): string =>
  `"${lines.map((line) => line.replaceAll(/["#<>&\\[\]{}()|`]/g, (c) => `#${c.codePointAt(0)};`).replaceAll(/[\r\n]+/g, " ")).join("<br/>")}"`;

/** Returns the graph as a flowchart of Mermaid, which GitHub and JupyterLab draw in Markdown; open containers are subgraphs. */
export function graphMermaid(graph: VisibleGraph): string {
  const nodes = writeNodes(graph, "", "  ", (node, indent, inner) => {
    const label = mermaidText(linesOf(graph, node));
    if (node.isOpen)
      return [`${indent}subgraph ${node.key}[${mermaidText([node.item?.name ?? ""])}]`, ...inner(), `${indent}end`];
    if (node.item === null) return [`${indent}${node.key}([${label}])`];
    return [node.item.children.length > 0 ? `${indent}${node.key}[[${label}]]` : `${indent}${node.key}[${label}]`];
  });
  const edges = graph.edges.map(({ from, to }) => `  ${from} --> ${to}`);
  return ["flowchart TD", ...nodes, ...edges, ""].join("\n");
}
