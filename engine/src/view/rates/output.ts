/** Searches for a learning rate as a kind of output. */
import type { RatesData } from "../../protocol/index.ts";
import { defineOutput, type Output } from "../shared/output.ts";
import { pageColors, pageWidth } from "../shared/page.ts";
import { placePanel } from "../shared/panel-svg.ts";
import { spark } from "../shared/spark.ts";
import { label, picture } from "../shared/svg.ts";
import { ratesChart } from "./charts.ts";
import { ratesFacts, ratesTitle } from "./words.ts";

function ratesSvg(data: RatesData): string {
  const chart = ratesChart(data, pageWidth - 8, 170);
  const [title, facts] = [ratesTitle(data), ratesFacts(data).join(" · ")];
  return picture(
    { width: pageWidth, height: 218, title: `Search for a learning rate: ${title}`, description: chart.description },
    label(12, 20, title, { "font-weight": "bold" }),
    label(12, 36, facts, { fill: pageColors.faint, "font-size": 11 }),
    placePanel(chart, 0, 44),
  );
}

export const ratesOutput: Output<RatesData> = defineOutput({
  mime: "application/vnd.tapelab.rates.v1+json",
  schema: 1,
  text: (data) => `${ratesTitle(data)}: ${ratesFacts(data).join(", ")}\nloss ${spark(data.smoothed)}`,
  still: (data) => ({ "image/svg+xml": ratesSvg(data) }),
});
