/** The charts of a training by `fit`: the losses, the metrics, and the learning rate, over the batches. */
import { decodeNumber, type Num, type TrainingData, type TrainingSeries } from "../../protocol/index.ts";
import { cut, formatNumber } from "../shared/format.ts";
import { chartBottom, chartSide, chartTop, type Frame, frameOf } from "../shared/frame.ts";
import { type Mark, type Panel, pathOf } from "../shared/marks.ts";
import { Scale } from "../watch/scale.ts";
import { hasSchedule, hasValidation } from "./words.ts";

type Point = readonly [x: number, y: number];

/** Greatest number of points that are marked by dots. */
const maxDots = 30;

/** Returns a dot. */
const dot = ([x, y]: Point, r: number): string =>
  `M${(x - r).toFixed(1)} ${y.toFixed(1)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;

/** Draws a curve through the values at the ends of epochs, with dots where there are few. */
function epochCurve(points: readonly Point[], role: "forward" | "backward"): Mark[] {
  if (points.length === 0) return [];
  const dots = points.length <= maxDots ? points.map((p) => dot(p, 2)).join("") : "";
  return [
    ...(points.length > 1 ? [{ shape: "line", d: pathOf(points), role, width: 1.5 } as const] : []),
    ...(dots === "" ? [] : [{ shape: "area", d: dots, role } as const]),
  ];
}

/** Returns the points of values at the ends of epochs. */
const pointsOf = (values: readonly (Num | null)[], end: readonly number[], scale: Scale, frame: Frame): Point[] =>
  values.flatMap((v, i) => {
    const y = scale.at(v);
    return y === null ? [] : [[frame.x(end[i] - 1), frame.y(y)] as const];
  });

/** Draws a dashed line at the best epoch. */
function bestLine({ best, epoch, end }: TrainingData, { x }: Frame, height: number): Mark[] {
  const at = best === null ? -1 : epoch.indexOf(best.epoch);
  if (at < 0 || epoch.length < 2) return [];
  return [
    {
      shape: "line",
      d: `M${Math.round(x(end[at] - 1))} ${chartTop}v${height - chartBottom - chartTop}`,
      role: "faint",
      dash: "3 3",
    },
  ];
}

const rounded = (v: number): string => formatNumber(Number(v.toPrecision(3)));

/** The words at the right end of the horizontal axis, which may lie within an epoch. */
const lastWords = ({ done, batches, end }: TrainingData): string =>
  end.at(-1) === batches ? `epoch ${done.toLocaleString("en")}` : `batch ${batches.toLocaleString("en")}`;

/** Draws the loss of the batches, with the band between minimum and maximum of each bin, and that of validation. */
function lossPanel(data: TrainingData, width: number, height: number): Panel {
  const { loss, width: binWidth, batches, series, end } = data;
  const [{ training, validation }] = series;
  const scale = new Scale([...loss.min, ...loss.max, ...validation]);
  const frame = frameOf(width, height, batches, {
    title: `loss${scale.isLog ? ", logarithmic" : ""}`,
    ends: [rounded(scale.low), rounded(scale.high)],
    last: lastWords(data),
  });
  const middle = (i: number): number => (i * binWidth + Math.min((i + 1) * binWidth, batches) - 1) / 2;
  const curve = (values: readonly (Num | null)[]): Point[] =>
    values.flatMap((v, i) => {
      const y = scale.at(v);
      return y === null ? [] : [[frame.x(middle(i)), frame.y(y)] as const];
    });
  const band = [...curve(loss.max), ...curve(loss.min).toReversed()];
  const mean = curve(loss.mean);
  const broken = loss.mean.findIndex((v) => v !== null && !Number.isFinite(decodeNumber(v)));
  return {
    id: "loss",
    title: "loss",
    description: `loss of ${batches.toLocaleString("en")} batches, ${formatNumber(training.at(-1) ?? data.last)} at the end${hasValidation(data) ? `, and ${formatNumber(validation.at(-1) ?? null)} in validation` : ""}`,
    width,
    height,
    marks: [
      ...frame.marks,
      ...bestLine(data, frame, height),
      ...(binWidth > 1 && band.length > 2
        ? [{ shape: "area", d: `${pathOf(band)}z`, role: "forward", opacity: 0.18 } as const]
        : []),
      { shape: "line", d: pathOf(mean), role: "forward", width: 1.5 },
      ...(mean.length === 1 ? [{ shape: "area", d: dot(mean[0], 2), role: "forward" } as const] : []),
      ...epochCurve(pointsOf(validation, end, scale, frame), "backward"),
      ...(broken < 0
        ? []
        : [
            {
              shape: "text",
              x: Math.min(frame.x(middle(broken)), width - 70),
              y: frame.y(1) + 8,
              text: "× not finite",
              role: "alarm",
            } as const,
          ]),
    ],
  };
}

/** Draws a metric at the ends of epochs. */
function metricPanel(
  data: TrainingData,
  { name, training, validation }: TrainingSeries,
  width: number,
  height: number,
): Panel {
  const scale = new Scale([...training, ...validation]);
  const frame = frameOf(width, height, data.batches, {
    title: `${cut(name, 28)}${scale.isLog ? ", log." : ""}`,
    ends: [rounded(scale.low), rounded(scale.high)],
    last: lastWords(data),
  });
  const curves = [
    ...epochCurve(pointsOf(training, data.end, scale, frame), "forward"),
    ...epochCurve(pointsOf(validation, data.end, scale, frame), "backward"),
  ];
  return {
    id: name,
    title: name,
    description: `${name}: ${formatNumber(training.at(-1) ?? null)}${validation.some((v) => v !== null) ? `, in validation ${formatNumber(validation.at(-1) ?? null)}` : ""}`,
    width,
    height,
    marks: [...frame.marks, ...bestLine(data, frame, height), ...curves],
  };
}

/** Draws the learning rate. */
function ratePanel(data: TrainingData, width: number, height: number): Panel {
  const panel = metricPanel(data, { name: "learning rate", training: data.lr, validation: [] }, width, height);
  return { ...panel, id: "lr" };
}

/** Draws the legend of training and validation. */
function legendPanel(width: number): Panel {
  const marks: Mark[] = (
    [
      ["training", "forward", chartSide],
      ["validation", "backward", chartSide + 90],
      ["best epoch", "faint", chartSide + 190],
    ] as const
  ).flatMap(([text, role, x]): Mark[] => [
    { shape: "line", d: `M${x} 8h18`, role, ...(role === "faint" ? { dash: "3 3" } : { width: 1.5 }) },
    { shape: "text", x: x + 24, y: 12, text, role: "faint" },
  ]);
  return {
    id: "legend",
    title: "legend",
    description: "training, validation and best epoch",
    width,
    height: 20,
    marks,
  };
}

/** Greatest number of metrics that are drawn. */
const maxMetrics = 6;

/** The charts of a training. */
export interface TrainingCharts {
  readonly loss: Panel;
  readonly small: readonly Panel[];
  readonly legend: Panel | null;
}

/** Returns the charts of a training, in given sizes. */
export function trainingCharts(
  data: TrainingData,
  sizes: { readonly loss: readonly [width: number, height: number]; readonly small: readonly [number, number] },
): TrainingCharts {
  const metrics = data.series.slice(1, 1 + maxMetrics).filter(({ training }) => training.length > 0);
  return {
    loss: lossPanel(data, ...sizes.loss),
    small: [
      ...metrics.map((series) => metricPanel(data, series, ...sizes.small)),
      ...(hasSchedule(data) ? [ratePanel(data, ...sizes.small)] : []),
    ],
    legend: hasValidation(data) ? legendPanel(sizes.loss[0]) : null,
  };
}
