/** A confusion matrix: counts by true and predicted class, with what is right in green and mistakes in red. */
import {
  type ConfusionData,
  cellShade,
  cellWords,
  confusionFacts,
  confusionOutput,
  countsOf,
  divisorOf,
  formatRatio,
  maxCounted,
  mistakesOf,
  mistakeWords,
  scoresOf,
} from "tapelab/view";
import { h, s } from "../../dom.js";
import { addCursor } from "../shared/cursor.js";
import type { Renderer } from "../shared/renderer.js";
import { DataView, header, type ViewContext } from "../shared/view.js";

/** Mistakes that are listed below a matrix of many classes. */
const listed = 12;

type Say = (text: string | null) => void;

const colorOf = (right: boolean, shade: number): string =>
  `color-mix(in srgb, var(${right ? "--tapelab-right" : "--tapelab-alarm"}) ${Math.round(shade * 60)}%, transparent)`;

/** The words for one cell. */
function words({ names, counts }: ConfusionData, row: number, column: number): string {
  const count = counts[row * names.length + column] ?? 0;
  const [truth, predicted] = [names[row], names[column]];
  return row === column ? `${truth}: ${count} right` : `${truth} taken for ${predicted}: ${count}`;
}

export class ConfusionView extends DataView<ConfusionData> {
  constructor(context: ViewContext) {
    super(confusionOutput, context);
    this.addClass("tapelab-confusion");
  }

  protected override draw(data: ConfusionData): void {
    const [first = "no examples", ...facts] = confusionFacts(data);
    const title = data.title === null ? first : data.title;
    this.node.append(header(title, data.title === null ? facts : [first, ...facts]));
    const readout = h("div", { class: "tapelab-readout", "aria-live": "polite" });
    const rest =
      data.normalize === null
        ? ""
        : `shares of ${{ true: "the true class", predicted: "the predicted class", all: "all examples" }[data.normalize]}`;
    const say: Say = (text) => {
      readout.textContent = text ?? rest;
    };
    say(null);
    const many = data.names.length > maxCounted;
    this.node.classList.toggle("tapelab-tensor-wide", many);
    const body = h("div", { class: "tapelab-confusion-body" }, many ? squares(data, say) : table(data, say), readout);
    if (many) body.append(mistakes(data));
    this.node.append(body);
  }
}

export const confusionRenderer: Renderer = {
  output: confusionOutput,
  create: (context) => new ConfusionView(context),
};

/** Counts of few classes. */
function table(data: ConfusionData, say: Say): HTMLElement {
  const { names } = data;
  const n = names.length;
  const scores = scoresOf(data);
  const slanted = names.some((name) => name.length > 5) && n > 4;
  const cells = new Map<HTMLElement, readonly [number, number]>();
  const rows = names.map((name, i) => {
    const line = countsOf(data, i).map((count, j) => {
      const shade = cellShade(count, scores[i]?.count ?? 0);
      const text = cellWords(count, divisorOf(data, scores, i, j), data);
      const style = shade === 0 ? null : `background: ${colorOf(i === j, shade)}`;
      const cell = h("td", { style, class: count === 0 ? "tapelab-faint" : null, title: words(data, i, j) }, text);
      cells.set(cell, [i, j]);
      return cell;
    });
    const side =
      i === 0
        ? [
            h(
              "th",
              { class: "tapelab-axis", scope: "rowgroup", rowspan: n },
              h("span", { class: "tapelab-axis-side" }, "true"),
            ),
          ]
        : [];
    const score = scores[i];
    return h(
      "tr",
      {},
      ...side,
      h("th", { class: "tapelab-class", scope: "row", title: name }, name),
      ...line,
      h("td", { class: "tapelab-faint" }, formatRatio(score?.right ?? 0, score?.count ?? 0)),
    );
  });
  const node = h(
    "table",
    { class: "tapelab-numbers tapelab-counts" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th"),
        h("th"),
        h("th", { class: "tapelab-axis", scope: "colgroup", colspan: n }, "predicted"),
        h("th"),
      ),
      h(
        "tr",
        {},
        h("th"),
        h("th"),
        ...names.map((name) =>
          h(
            "th",
            { class: slanted ? "tapelab-class tapelab-slanted" : "tapelab-class", scope: "col", title: name },
            name,
          ),
        ),
        h("th", { scope: "col" }, "recall"),
      ),
    ),
    h("tbody", {}, ...rows),
  );
  const nodes = [...cells.keys()];
  let marked: HTMLElement | undefined;
  addCursor(node, {
    rows: n,
    columns: n,
    find: (event) => cells.get(event.target as HTMLElement) ?? null,
    show: (place) => {
      marked?.classList.remove("tapelab-marked");
      if (place === null) return say(null);
      marked = nodes[place[0] * n + place[1]];
      marked?.classList.add("tapelab-marked");
      say(words(data, ...place));
    },
  });
  return node;
}

/** A picture of many classes: a square for each count that is not 0. */
function squares(data: ConfusionData, say: Say): HTMLElement {
  const n = data.names.length;
  const scores = scoresOf(data);
  const paths = new Map<string, string>();
  data.counts.forEach((count, i) => {
    const [row, column] = [Math.floor(i / n), i % n];
    const shade = Math.ceil(cellShade(count, scores[row]?.count ?? 0) * 8) / 8;
    if (shade === 0) return;
    // full colours: a small square of a faint one would be overlooked
    const color = `color-mix(in srgb, var(${row === column ? "--tapelab-right" : "--tapelab-alarm"}) ${Math.round(40 + 60 * shade)}%, var(--tapelab-zero))`;
    paths.set(color, `${paths.get(color) ?? ""}M${column} ${row}h1v1h-1z`);
  });
  const svg = s("svg", {
    class: "tapelab-heatmap",
    viewBox: `0 0 ${n} ${n}`,
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": `confusion matrix of ${n} classes: rows are the true class, columns the predicted one`,
  });
  for (const [fill, d] of paths) svg.append(s("path", { d, style: `fill: ${fill}` }));
  const mark = s("rect", { class: "tapelab-cursor", width: 1, height: 1, visibility: "hidden" });
  svg.append(mark);
  addCursor(svg, {
    rows: n,
    columns: n,
    find: (event) => {
      const box = svg.getBoundingClientRect();
      return [
        Math.floor(((event.clientY - box.top) / box.height) * n),
        Math.floor(((event.clientX - box.left) / box.width) * n),
      ];
    },
    show: (place) => {
      mark.setAttribute("visibility", place === null ? "hidden" : "visible");
      mark.setAttribute("x", String(place?.[1] ?? 0));
      mark.setAttribute("y", String(place?.[0] ?? 0));
      say(place === null ? null : words(data, ...place));
    },
  });
  return h(
    "div",
    {},
    h(
      "div",
      { class: "tapelab-caption" },
      `rows: true class, columns: predicted class (${data.names[0]} … ${data.names.at(-1)})`,
    ),
    h("div", { class: "tapelab-wide" }, svg),
  );
}

const mistakes = (data: ConfusionData): HTMLElement =>
  h(
    "div",
    { class: "tapelab-mistakes" },
    ...mistakesOf(data)
      .slice(0, listed)
      .map((mistake) => h("span", {}, mistakeWords(mistake))),
  );
