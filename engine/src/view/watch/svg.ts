/** A watched training as a still picture, with the marks that the extension draws live. */
import type { WatchData } from "../../protocol/index.ts";
import { element, escapeText } from "../shared/markup.ts";
import { pageColors, pageWidth } from "../shared/page.ts";
import { label, picture } from "../shared/svg.ts";
import { wrap } from "../shared/wrap.ts";
import { chartsOf } from "./charts.ts";
import { heatOf } from "./heat.ts";
import type { Mark, Panel, Role } from "./marks.ts";
import { alarmWords, watchFacts, watchTitle } from "./words.ts";

const colors: Readonly<Record<Role, string>> = {
  forward: "#1f6fd6",
  backward: "#c2571a",
  alarm: "#c62828",
  axis: pageColors.line,
  faint: pageColors.faint,
  ink: pageColors.ink,
};

const fontSize = 10.5;
const margin = 12;
const maxAlarms = 4;
/** Size of the notes above the charts, and the characters of a line of them. */
const [noteSize, noteLength] = [11, 92];
const noteHeight = 14;

function drawMark(mark: Mark): string {
  const color = colors[mark.role];
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

const place = ({ marks }: Panel, x: number, y: number): string =>
  element("g", { transform: `translate(${x} ${y})` }, ...marks.map(drawMark));

/** Returns the picture: title and alarms, the loss beside the quantities of the layers, and the heat map. */
export function watchSvg(data: WatchData): string {
  const half = Math.floor(pageWidth / 2);
  const { loss, small, legend } = chartsOf(data, { loss: [half, 150], small: [half, 92] });
  const parts: string[] = [label(margin, 20, watchTitle(data), { "font-weight": "bold" })];
  let y = 26;
  /** Adds lines, of which those after the first begin below its text. */
  const add = (text: string, sign: string, fill: string): void => {
    const indent = sign === "" ? 0 : 14;
    wrap(text, noteLength - indent / 7).forEach((line, i) => {
      y += noteHeight;
      const style = { fill, "font-size": noteSize };
      if (i === 0 && sign !== "") parts.push(label(margin, y - 4, sign, style));
      parts.push(label(margin + indent, y - 4, line, style));
    });
  };
  add(watchFacts(data).join(" · "), "", pageColors.faint);
  y += 4;
  for (const alarm of data.alarms.slice(0, maxAlarms)) add(alarmWords(alarm), "▲", colors.alarm);
  const more = data.alarms.length - maxAlarms;
  if (more > 0) add(`… and ${more} more alarm${more === 1 ? "" : "s"}, in the table below`, "", pageColors.faint);
  const begin = data.alarms.length === 0 ? y : y + 6;
  parts.push(place(loss, 0, begin));
  const left = begin + loss.height + (legend?.height ?? 0);
  if (legend !== null) parts.push(place(legend, 0, begin + loss.height));
  // charts fill the right column first, then the left one below the loss
  let [right, below] = [begin, left];
  for (const panel of small) {
    const isRight = right <= below;
    parts.push(place(panel, isRight ? half : 0, isRight ? right : below));
    if (isRight) right += panel.height;
    else below += panel.height;
  }
  y = Math.max(right, below) + 8;
  const heat = heatOf(data, "gradient", pageWidth);
  parts.push(place(heat, 0, y));
  return picture(
    {
      width: pageWidth,
      height: y + heat.height,
      title: `Training: ${watchTitle(data)}, ${watchFacts(data).join(", ")}`,
      description: [loss, ...small, heat].map((p) => p.description).join(". "),
    },
    ...parts,
  );
}
