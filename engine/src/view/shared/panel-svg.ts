/** Charts as parts of still pictures. */
import type { Mark, Panel, Role } from "./marks.ts";
import { element, escapeText } from "./markup.ts";
import { pageColors } from "./page.ts";

/** Colours of marks in still pictures. */
export const chartColors: Readonly<Record<Role, string>> = {
  forward: "#1f6fd6",
  backward: "#c2571a",
  alarm: "#c62828",
  axis: pageColors.line,
  faint: pageColors.faint,
  ink: pageColors.ink,
};

const fontSize = 10.5;

function drawMark(mark: Mark): string {
  const color = chartColors[mark.role];
  if (mark.shape === "text") {
    const { x, y, text, anchor } = mark;
    return element(
      "text",
      { x, y, fill: color, "font-size": fontSize, ...(anchor === undefined ? {} : { "text-anchor": anchor }) },
      escapeText(text),
    );
  }
  const { d, opacity = 1, dash, width = 1 } = mark;
  const faded = (name: string): Record<string, number> => (opacity === 1 ? {} : { [name]: opacity });
  if (mark.shape === "area") return element("path", { d, fill: color, ...faded("fill-opacity") });
  return element("path", {
    d,
    fill: "none",
    stroke: color,
    ...(width === 1 ? {} : { "stroke-width": width }),
    ...faded("stroke-opacity"),
    ...(dash === undefined ? {} : { "stroke-dasharray": dash }),
  });
}

/** Returns the marks of a chart at a position. */
export const placePanel = ({ marks }: Panel, x: number, y: number): string =>
  element("g", { transform: `translate(${x} ${y})` }, ...marks.map(drawMark));
