/** Saves the displayed graph as a file: SVG, PNG, DOT or Mermaid. */
import { graphDot, graphMermaid, graphSvg, type VisibleGraph } from "tapelab/view";
import { h } from "../../dom.js";

/** The formats, by the names that a person chooses from. */
export const formats = ["SVG", "PNG", "DOT", "Mermaid"] as const;
export type Format = (typeof formats)[number];

/** Pixels of a PNG for each of the picture. */
const scale = 2;

/** Offers a file to the person. */
function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = h("a", { href: url, download: name });
  link.click();
  // the browser reads the file after the click
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Draws an SVG on a canvas. */
async function pngOf(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = h("canvas", { width: image.width * scale, height: image.height * scale });
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error("the graph is too large for a PNG")) : resolve(blob)),
      "image/png",
    );
  });
}

/** Saves a graph. */
export async function saveGraph(graph: VisibleGraph, format: Format): Promise<void> {
  const name = /^[\p{L}\p{N}_-]+/u.exec(graph.tape.title)?.[0] ?? "graph";
  const text = (content: string, type = "text/plain"): Blob => new Blob([content], { type });
  if (format === "SVG") download(`${name}.svg`, text(graphSvg(graph), "image/svg+xml"));
  else if (format === "PNG") download(`${name}.png`, await pngOf(graphSvg(graph)));
  else if (format === "DOT") download(`${name}.dot`, text(graphDot(graph)));
  else download(`${name}.mmd`, text(graphMermaid(graph)));
}
