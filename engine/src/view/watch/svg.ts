/** A watched training as a still picture, with the marks that the extension draws live. */
import type { WatchData } from "../../protocol/index.ts";
import { cut } from "../shared/format.ts";
import { pageColors, pageWidth } from "../shared/page.ts";
import { chartColors, placePanel } from "../shared/panel-svg.ts";
import { label, picture } from "../shared/svg.ts";
import { chartsOf } from "./charts.ts";
import { heatOf } from "./heat.ts";
import { alarmWords, watchFacts, watchTitle } from "./words.ts";

const maxAlarms = 4;

/** Returns the picture: title and alarms, the loss beside the quantities of the layers, and the heat map. */
export function watchSvg(data: WatchData): string {
  const half = Math.floor(pageWidth / 2);
  const { loss, small, legend } = chartsOf(data, { loss: [half, 150], small: [half, 92] });
  const parts: string[] = [
    label(12, 20, watchTitle(data), { "font-weight": "bold" }),
    label(12, 36, watchFacts(data).join(" · "), { fill: pageColors.faint, "font-size": 11 }),
  ];
  let y = 44;
  for (const alarm of data.alarms.slice(0, maxAlarms)) {
    y += 14;
    parts.push(label(12, y - 4, `▲ ${cut(alarmWords(alarm), 104)}`, { fill: chartColors.alarm, "font-size": 11 }));
  }
  const begin = y;
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
