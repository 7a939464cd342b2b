/** A confusion matrix of many classes as a picture, in which each count above 0 is a coloured square. */
import { type ConfusionData, cellShade, scoresOf } from "tapelab/view";
import { h, s } from "../../dom.js";
import { addCursor, type Say } from "../shared/cursor.js";
import { wordsOf } from "./words.js";

/** Steps of colour. */
const levels = 8;

/** Returns the colour of a square. It is never faint, as a small faint square would be overlooked. */
const colorOf = (right: boolean, shade: number): string =>
  `color-mix(in srgb, var(${right ? "--tapelab-right" : "--tapelab-alarm"}) ${Math.round(40 + 60 * shade)}%, var(--tapelab-zero))`;

/** Draws the picture below its caption, with a cursor that reads out its squares. */
export function drawSquares(data: ConfusionData, say: Say): HTMLElement {
  const { names } = data;
  const svg = drawPicture(data);
  addReadout(svg, data, say);
  const caption = `rows: true class, columns: predicted class (${names[0]} … ${names.at(-1)})`;
  return h("div", {}, h("div", { class: "tapelab-caption" }, caption), h("div", { class: "tapelab-wide" }, svg));
}

/** Draws one path for each colour, so that the page has few elements. */
function drawPicture(data: ConfusionData): SVGSVGElement {
  const n = data.names.length;
  const scores = scoresOf(data);
  const paths = new Map<string, string>();
  data.counts.forEach((count, i) => {
    const [row, column] = [Math.floor(i / n), i % n];
    const shade = Math.ceil(cellShade(count, scores[row]?.count ?? 0) * levels) / levels;
    if (shade === 0) return;
    const color = colorOf(row === column, shade);
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
  return svg;
}

function addReadout(svg: SVGSVGElement, data: ConfusionData, say: Say): void {
  const n = data.names.length;
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
      say(place === null ? null : wordsOf(data, ...place));
    },
  });
}
