/** A watched training as a still picture, with the marks that the extension draws live. */
import type { WatchData } from "../../protocol/index.ts";
import { pageColors, pageWidth } from "../shared/page.ts";
import { chartColors, placePanel } from "../shared/panel-svg.ts";
import { label, picture } from "../shared/svg.ts";
import { wrap } from "../shared/wrap.ts";
import { chartsOf } from "./charts.ts";
import { heatOf } from "./heat.ts";
import { alarmWords, watchFacts, watchTitle } from "./words.ts";

const margin = 12;
const maxAlarms = 4;
/** Size of the notes above the charts, and the characters of a line of them. */
const [noteSize, noteLength] = [11, 92];
const noteHeight = 14;

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
  for (const alarm of data.alarms.slice(0, maxAlarms)) add(alarmWords(alarm), "▲", chartColors.alarm);
  const more = data.alarms.length - maxAlarms;
  if (more > 0) add(`… and ${more} more alarm${more === 1 ? "" : "s"}, in the table below`, "", pageColors.faint);
  const begin = data.alarms.length === 0 ? y : y + 6;
  parts.push(placePanel(loss, 0, begin));
  const left = begin + loss.height + (legend?.height ?? 0);
  if (legend !== null) parts.push(placePanel(legend, 0, begin + loss.height));
  // charts fill the right column first, then the left one below the loss
  let [right, below] = [begin, left];
  for (const panel of small) {
    const isRight = right <= below;
    parts.push(placePanel(panel, isRight ? half : 0, isRight ? right : below));
    if (isRight) right += panel.height;
    else below += panel.height;
  }
  y = Math.max(right, below) + 8;
  const heat = heatOf(data, "gradient", pageWidth);
  parts.push(placePanel(heat, 0, y));
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
