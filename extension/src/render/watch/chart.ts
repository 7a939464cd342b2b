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

/** Charts by the ids of their panels, whose elements stay in the page. */
export class ChartSet {
  readonly #charts = new Map<string, ChartView>();

  /** The charts that were drawn. */
  get all(): Iterable<ChartView> {
    return this.#charts.values();
  }

  /** Draws panels below a node, with the elements that are there. */
  place(node: HTMLElement, panels: readonly ChartPanel[]): void {
    const views = panels.map((panel) => {
      const view = this.#charts.get(panel.id) ?? new ChartView(panel.id);
      this.#charts.set(panel.id, view);
      view.paint(panel);
      return view.node;
    });
    if (views.length !== node.childElementCount || views.some((v, i) => v !== node.children[i]))
      node.replaceChildren(...views);
  }
}

/** Width of a view before it is in the page. */
const usualWidth = 700;

/** Widths from which charts are in three columns, and in two. */
const [wide, medium] = [760, 430];

/** The columns of charts. */
export interface ChartColumns {
  readonly width: number;
  readonly columns: 1 | 2 | 3;
  /** Width of a column. */
  readonly column: number;
}

/** Returns the columns of the charts that fit into a view. */
export function chartColumns(node: HTMLElement): ChartColumns {
  const width = Math.round((node.clientWidth || usualWidth) - 24);
  const columns = width >= wide ? 3 : width >= medium ? 2 : 1;
  return { width, columns, column: Math.floor(width / columns) };
}
