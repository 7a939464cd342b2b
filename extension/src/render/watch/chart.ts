/** Draws the charts of a watched training, whose marks a still picture has too. */
import type { ChartMark, ChartPanel } from "tapelab/view";
import { s } from "../../dom.js";

function drawMark(mark: ChartMark): SVGElement {
  if (mark.shape === "text") {
    const { x, y, text, role, anchor } = mark;
    return s("text", { x, y, class: `tapelab-chart-text tapelab-chart-${role}`, "text-anchor": anchor }, text);
  }
  const { shape, d, role, opacity, width, dash, layer } = mark;
  return s("path", {
    d,
    class: `tapelab-chart-${shape} tapelab-chart-${role}`,
    "fill-opacity": shape === "area" ? opacity : null,
    "stroke-opacity": shape === "line" ? opacity : null,
    "stroke-width": width,
    "stroke-dasharray": dash,
    "data-layer": layer,
  });
}

/** A chart whose marks are replaced while it stays in the page. */
export class ChartView {
  readonly node: SVGSVGElement;
  readonly #marks = s("g");

  constructor(id: string) {
    this.node = s("svg", { class: "tapelab-chart", role: "img", "data-chart": id }, this.#marks);
  }

  /** Draws a panel in place of the one before. */
  paint({ width, height, description, marks }: ChartPanel): void {
    for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` }))
      this.node.setAttribute(name, String(value));
    this.node.setAttribute("aria-label", description);
    this.#marks.replaceChildren(...marks.map(drawMark));
  }

  /** Makes the curve of a layer stand out; `null` for none. */
  highlight(layer: number | null): void {
    for (const path of this.#marks.querySelectorAll("[data-layer]"))
      path.classList.toggle("tapelab-chart-faded", layer !== null && path.getAttribute("data-layer") !== String(layer));
  }
}
