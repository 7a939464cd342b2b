/** A training by `fit` as a still picture, with the marks that the extension draws live. */
import type { TrainingData } from "../../protocol/index.ts";
import { cut } from "../shared/format.ts";
import { element } from "../shared/markup.ts";
import { pageColors, pageWidth } from "../shared/page.ts";
import { chartColors, placePanel } from "../shared/panel-svg.ts";
import { label, picture } from "../shared/svg.ts";
import { trainingCharts } from "./charts.ts";
import { trainingFacts, trainingShare, trainingTitle } from "./words.ts";

/** Returns the bar of the share that is done; empty at the end. */
function bar(data: TrainingData, y: number): string {
  const share = trainingShare(data);
  if (data.state === "finished" || share === null) return "";
  const width = pageWidth - 24;
  const rect = (w: number, fill: string): string => element("rect", { x: 12, y, width: w, height: 4, rx: 2, fill });
  return rect(width, pageColors.line) + rect(Math.max(width * share, 0.01), chartColors.forward);
}

/** Returns the picture: title, progress, the losses, and beside them the metrics and the learning rate. */
export function trainingSvg(data: TrainingData): string {
  const half = Math.floor(pageWidth / 2);
  const single = trainingCharts(data, { loss: [half, 150], small: [half, 92] });
  const isWide = single.small.length === 0;
  const { loss, small, legend } = isWide
    ? trainingCharts(data, { loss: [pageWidth - 8, 150], small: [half, 92] })
    : single;
  const facts = trainingFacts(data).join(" · ");
  const title = trainingTitle(data);
  const parts: string[] = [
    label(12, 20, title, { "font-weight": "bold" }),
    label(12, 36, cut(facts, 100), { fill: pageColors.faint, "font-size": 11 }),
  ];
  const progress = bar(data, 44);
  const begin = progress === "" ? 44 : 54;
  parts.push(progress, placePanel(loss, 0, begin));
  let left = begin + loss.height;
  if (legend !== null) {
    parts.push(placePanel(legend, 0, left));
    left += legend.height;
  }
  // charts fill the right column first, then the left one below the loss
  let right = begin;
  for (const panel of small) {
    const isRight = right <= left;
    parts.push(placePanel(panel, isRight ? half : 0, isRight ? right : left));
    if (isRight) right += panel.height;
    else left += panel.height;
  }
  return picture(
    {
      width: pageWidth,
      height: Math.max(left, right) + 6,
      title: `Training: ${title}, ${facts}`,
      description: [loss, ...small].map((p) => p.description).join(". "),
    },
    ...parts,
  );
}
