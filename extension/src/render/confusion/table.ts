/** A confusion matrix of few classes as a table of its counts. */
import {
  type ClassScore,
  type ConfusionData,
  cellShade,
  cellWords,
  countsOf,
  divisorOf,
  formatRatio,
  scoresOf,
} from "tapelab/view";
import { h } from "../../dom.js";
import { addCursor, type Place, type Say } from "../shared/cursor.js";
import { wordsOf } from "./words.js";

/** Characters and classes from which the names above the columns are slanted. */
const longName = 5;
const manyClasses = 4;

/** The cells of the table with their rows and columns. */
type Cells = Map<HTMLElement, Place>;

const colorOf = (right: boolean, shade: number): string =>
  `color-mix(in srgb, var(${right ? "--tapelab-right" : "--tapelab-alarm"}) ${Math.round(shade * 60)}%, transparent)`;

/** Draws the table, with a cursor that reads out its cells. */
export function drawTable(data: ConfusionData, say: Say): HTMLElement {
  const n = data.names.length;
  const scores = scoresOf(data);
  const cells: Cells = new Map();
  const rows = data.names.map((_, i) => drawRow(data, scores, i, cells));
  const node = h(
    "table",
    { class: "tapelab-numbers tapelab-counts" },
    h("thead", {}, ...drawHeads(data.names)),
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
      say(wordsOf(data, ...place));
    },
  });
  return node;
}

/** Draws the row of a true class, and adds its cells to `cells`. */
function drawRow(data: ConfusionData, scores: readonly ClassScore[], i: number, cells: Cells): HTMLElement {
  const { names } = data;
  const [name = "", score] = [names[i], scores[i]];
  const counts = countsOf(data, i).map((count, j) => {
    const shade = cellShade(count, score?.count ?? 0);
    const cell = h(
      "td",
      {
        style: shade === 0 ? null : `background: ${colorOf(i === j, shade)}`,
        class: count === 0 ? "tapelab-faint" : null,
        title: wordsOf(data, i, j),
      },
      cellWords(count, divisorOf(data, scores, i, j), data),
    );
    cells.set(cell, [i, j]);
    return cell;
  });
  return h(
    "tr",
    {},
    i === 0 ? drawAxis(names.length) : null,
    h("th", { class: "tapelab-class", scope: "row", title: name }, name),
    ...counts,
    h("td", { class: "tapelab-faint" }, formatRatio(score?.right ?? 0, score?.count ?? 0)),
  );
}

/** Draws the name of the rows' axis, beside all of them. */
const drawAxis = (rows: number): HTMLElement =>
  h(
    "th",
    { class: "tapelab-axis", scope: "rowgroup", rowspan: rows },
    h("span", { class: "tapelab-axis-side" }, "true"),
  );

/** Draws the names of the predicted classes, below their axis. */
function drawHeads(names: readonly string[]): HTMLElement[] {
  const slanted = names.some((name) => name.length > longName) && names.length > manyClasses;
  const classes = slanted ? "tapelab-class tapelab-slanted" : "tapelab-class";
  const axis = h("th", { class: "tapelab-axis", scope: "colgroup", colspan: names.length }, "predicted");
  return [
    h("tr", {}, h("th"), h("th"), axis, h("th")),
    h(
      "tr",
      {},
      h("th"),
      h("th"),
      ...names.map((name) => h("th", { class: classes, scope: "col", title: name }, name)),
      h("th", { scope: "col" }, "recall"),
    ),
  ];
}
