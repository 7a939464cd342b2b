/** The node-link graph of a small tape, whose boxes have the values and gradients of the current step. */
import {
  type Box,
  boxPadding,
  boxTexts,
  labelWidth,
  type Moment,
  type PlacedNode,
  type StepGraph,
  tensorWords,
} from "tapelab/view";
import { h, s } from "../../dom.js";

const margin = 8;

/** A drawn box, whose texts change with the position. */
interface DrawnBox {
  readonly node: SVGElement;
  readonly value: SVGElement;
  readonly gradient: SVGElement | null;
}

/** A label beside an edge, with its middle. */
interface Label {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** Pixels of a character of a label, between two labels, and of a line. */
const [characterWidth, labelGap, lineHeight] = [7, 8, 14];

/** Moves labels of neighbouring edges apart that would cover each other. */
function apart(labels: readonly Label[]): readonly Label[] {
  const placed = labels.toSorted((a, b) => a.x - b.x);
  for (let i = 1; i < placed.length; i++) {
    const [left, right] = placed.slice(i - 1, i + 1) as [Label, Label];
    const room = (characterWidth * (left.text.length + right.text.length)) / 2 + labelGap;
    const missing = room - (right.x - left.x);
    if (missing <= 0 || Math.abs(left.y - right.y) > lineHeight) continue;
    placed[i - 1] = { ...left, x: left.x - missing / 2 };
    placed[i] = { ...right, x: right.x + missing / 2 };
  }
  return placed;
}

/** The picture of a pass: the graph in a scrolling box. */
export class PassPicture {
  readonly node: HTMLElement;
  readonly #graph: StepGraph;
  readonly #boxes = new Map<number, DrawnBox>();
  readonly #edges: readonly SVGElement[];
  readonly #marks = s("g", { class: "tapelab-pass-marks" });

  /** Draws a graph; `choose` is called with the row of a box that is clicked. */
  constructor(graph: StepGraph, label: string, choose: (row: number) => void) {
    this.#graph = graph;
    const { width, height, edges, nodes } = graph.layout;
    this.#edges = edges.map(({ path }) => s("path", { d: path, class: "tapelab-pass-edge" }));
    const drawn = nodes.map((node) => this.#drawBox(graph.boxes[node.id] as Box, node, choose));
    const [w, t] = [Math.ceil(width) + 2 * margin, Math.ceil(height) + 2 * margin];
    const svg = s(
      "svg",
      { width: w, height: t, viewBox: `${-margin} ${-margin} ${w} ${t}`, role: "img", "aria-label": label },
      ...this.#edges,
      ...drawn,
      this.#marks,
    );
    this.node = h(
      "div",
      {
        class: "tapelab-pass-graph",
        tabindex: 0,
        role: "group",
        "aria-label": `${label}; [ and ] step, space plays`,
        dir: "ltr",
      },
      svg,
    );
  }

  #drawBox(box: Box, node: PlacedNode, choose: (row: number) => void): SVGElement {
    const [x, y] = [node.x + boxPadding, node.y];
    const line = (at: number, name: string, classes: string): SVGElement => {
      const text = s("text", { x: x + labelWidth, y: y + at, class: `tapelab-pass-number ${classes}` });
      group.append(s("text", { x, y: y + at, class: "tapelab-pass-label" }, name), text);
      return text;
    };
    const kind = box.op !== "" ? "result" : box.isConstant ? "constant" : "leaf";
    const group = s(
      "g",
      { class: `tapelab-pass-box tapelab-pass-${kind}` },
      s("rect", { x: node.x, y, width: node.width, height: node.height, rx: 4 }),
      s(
        "text",
        { x, y: y + 16, class: "tapelab-pass-title" },
        s("tspan", { class: box.name === "" ? "" : "tapelab-pass-name" }, box.name),
        s(
          "tspan",
          { dx: box.name === "" ? 0 : 6, class: box.name === "" ? "tapelab-pass-name" : "tapelab-pass-op" },
          box.op,
        ),
      ),
    );
    const value = line(33, "value", "tapelab-pass-value");
    const gradient = box.isConstant ? null : line(50, "grad", "tapelab-pass-gradient");
    if (box.op !== "") group.addEventListener("click", () => choose(box.target));
    this.#boxes.set(box.id, { node: group, value, gradient });
    return group;
  }

  /** Shows the values and gradients at a position, and marks the step. */
  show(position: number, moment: Moment): void {
    const { boxes, replay, layout, links } = this.#graph;
    for (const box of boxes) {
      const drawn = this.#boxes.get(box.id);
      if (drawn === undefined) continue;
      const texts = boxTexts(replay, box, position);
      drawn.value.textContent = texts.value;
      drawn.value.classList.toggle("tapelab-pass-missing", !texts.hasValue);
      if (drawn.gradient !== null) {
        drawn.gradient.textContent = texts.gradient;
        drawn.gradient.classList.toggle("tapelab-pass-missing", !texts.hasGradient);
      }
      const isNow = moment.row >= 0 && box.target === moment.row;
      drawn.node.classList.toggle("tapelab-pass-now", isNow);
      drawn.node.classList.toggle("tapelab-pass-back", isNow && moment.phase === "backward");
      if (isNow) this.#scrollTo(layout.nodes.find(({ id }) => id === box.id));
    }
    layout.edges.forEach(({ to }, i) => {
      const isNow = moment.row >= 0 && to === moment.row;
      this.#edges[i]?.setAttribute(
        "class",
        `tapelab-pass-edge${isNow ? ` tapelab-pass-edge-now tapelab-pass-edge-${moment.phase}` : ""}`,
      );
    });
    this.#marks.replaceChildren(...(moment.phase === "backward" ? this.#additions(moment.row, links) : []));
  }

  /** Returns the contributions of a step, beside the edges along which they go. */
  #additions(row: number, links: StepGraph["links"]): SVGElement[] {
    const detail = this.#graph.replay.data.details[row] ?? null;
    const labels = this.#graph.layout.edges.flatMap(({ from, to, middle }): Label[] => {
      if (to !== row) return [];
      const terms = links.flatMap((link) => {
        const input = link.from === from && link.to === to ? detail?.inputs[link.input] : null;
        if (input?.contribution?.summary.count !== 1) return [];
        const words = tensorWords(input.contribution);
        return [words.startsWith("−") ? words : `+${words}`];
      });
      const [x, y] = middle;
      return terms.length === 0 ? [] : [{ x, y: y - 4, text: terms.join(" ") }];
    });
    return apart(labels).map(({ x, y, text }) => s("text", { x, y, class: "tapelab-pass-addition" }, text));
  }

  /** Scrolls the box of the current step into sight, within the picture. */
  #scrollTo(node: PlacedNode | undefined): void {
    if (node === undefined) return;
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = this.node;
    const fit = (start: number, size: number, at: number, room: number): number => {
      if (start < at) return Math.max(start - margin, 0);
      return start + size + 2 * margin > at + room ? start + size + 3 * margin - room : at;
    };
    this.node.scrollLeft = fit(node.x, node.width, scrollLeft, clientWidth);
    this.node.scrollTop = fit(node.y, node.height, scrollTop, clientHeight);
  }
}
