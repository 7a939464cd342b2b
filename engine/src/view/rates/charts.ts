/** The chart of a search for a learning rate: losses over the rate, whose axis is logarithmic. */
import { decodeNumber, type Num, type RatesData } from "../../protocol/index.ts";
import { formatNumber } from "../shared/format.ts";
import { chartBottom, chartTop, frameOf } from "../shared/frame.ts";
import { type Mark, type Panel, pathOf } from "../shared/marks.ts";
import { Scale } from "../watch/scale.ts";
import { ratesFacts } from "./words.ts";

/** Draws the losses, their average, and a line at the suggestion. */
export function ratesChart(data: RatesData, width: number, height: number): Panel {
  const { rates, losses, smoothed, suggestion } = data;
  // single losses may lie far above the average, whose range matters
  const scale = new Scale(smoothed);
  const frame = frameOf(width, height, Math.max(rates.length, 2), {
    title: `loss${scale.isLog ? ", logarithmic" : ""}`,
    ends: ["", formatNumber(Number(scale.high.toPrecision(3)))],
    last: `learning rate ${formatNumber(rates.at(-1) ?? null)}`,
  });
  const points = (values: readonly (Num | null)[]): (readonly [number, number] | null)[] =>
    values.map((v, i) => {
      const y = scale.at(v);
      return y === null || y > 1.02 || y < -0.02 ? null : ([frame.x(i), frame.y(y)] as const);
    });
  return {
    id: "rates",
    title: "loss by learning rate",
    description: `loss by learning rate: ${ratesFacts(data).join(", ")}`,
    width,
    height,
    marks: [
      ...frame.marks,
      { shape: "text", x: 8, y: height - 5, text: formatNumber(rates[0] ?? null), role: "faint" },
      {
        shape: "text",
        x: 8,
        y: height - chartBottom - 5,
        text: formatNumber(Number(scale.low.toPrecision(3))),
        role: "faint",
      },
      ...decades(rates, frame.x, height),
      { shape: "line", d: pathOf(points(losses)), role: "forward", opacity: 0.35 },
      { shape: "line", d: pathOf(points(smoothed)), role: "forward", width: 1.5 },
      ...(suggestion === null ? [] : suggested(data, suggestion, frame.x(suggestion), width, height)),
    ],
  };
}

/** Draws a tick at each power of ten. */
function decades(rates: readonly Num[], x: (i: number) => number, height: number): Mark[] {
  const logs = rates.map((r) => Math.log10(decodeNumber(r)));
  const [first, last] = [logs[0], logs.at(-1)];
  if (first === undefined || last === undefined || last <= first) return [];
  const base = height - chartBottom;
  return Array.from({ length: Math.floor(last) - Math.ceil(first) + 1 }, (_, k): Mark => {
    const at = x(((Math.ceil(first) + k - first) / (last - first)) * (rates.length - 1));
    return { shape: "line", d: `M${at.toFixed(1)} ${base}v-4`, role: "axis" };
  });
}

function suggested({ rates }: RatesData, i: number, x: number, width: number, height: number): Mark[] {
  const isRight = x > width / 2;
  return [
    { shape: "line", d: `M${x.toFixed(1)} ${chartTop}V${height - chartBottom}`, role: "backward", dash: "3 3" },
    {
      shape: "text",
      x: x + (isRight ? -5 : 5),
      y: chartTop + 8,
      text: formatNumber(rates[i]),
      role: "ink",
      ...(isRight ? { anchor: "end" as const } : {}),
    },
  ];
}
