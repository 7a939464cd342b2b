/** The charts of a watched training: curves of the loss, and of each quantity by layer. */
import { decodeNumber, type LayerQuantity, type Num, type WatchData, type WatchRun } from "../../protocol/index.ts";
import { cut, formatNorm, formatNumber } from "../shared/format.ts";
import { chartBottom, chartSide, chartTop, type Frame, frameOf } from "../shared/frame.ts";
import { type Mark, type Panel, pathOf, type Role } from "../shared/marks.ts";
import { levelsOf, Scale, valueAt } from "./scale.ts";
import { formatQuantity, quantityWords } from "./words.ts";

/** Pixels of a character, and characters of a run's name that are drawn in any case. */
const [character, minName] = [5.6, 8];
/** Dashes of the runs that are drawn beside the watched one. */
const dashes: readonly string[] = ["5 3", "2 2", "7 2 2 2", "1 3"];

const roles: Readonly<Record<LayerQuantity, Role>> = {
  gradient: "backward",
  weight: "forward",
  update: "backward",
  dead: "forward",
};

const lastStep = (steps: number): string => `step ${(steps - 1).toLocaleString("en")}`;

/** Returns the steps in the middle of the bins of a run. */
const stepsOf = ({ steps, width, loss }: WatchRun): number[] =>
  loss.mean.map((_, i) => (i * width + Math.min((i + 1) * width, steps) - 1) / 2);

/** Draws a dashed line at the step of each alarm. */
const alarmLines = ({ alarms }: WatchData, { x }: Frame, height: number): Mark[] =>
  [...new Set(alarms.map((a) => a.step))].map((step) => ({
    shape: "line",
    d: `M${Math.round(x(step))} ${chartTop}v${height - chartBottom - chartTop}`,
    role: "alarm",
    dash: "3 3",
  }));

/** Draws the loss of each run: the mean of each bin, and for the watched run the band between minimum and maximum. */
function lossPanel(data: WatchData, width: number, height: number): Panel {
  const { runs } = data;
  const most = Math.max(...runs.map((r) => r.steps), 1);
  const [own, ...others] = runs;
  const scale = new Scale(runs.flatMap((r) => (r === own ? [...r.loss.min, ...r.loss.max] : r.loss.mean)));
  const ends = [scale.low, scale.high].map((v) => formatNumber(Number(v.toPrecision(3))));
  const frame = frameOf(width, height, most, {
    title: `loss${scale.isLog ? ", logarithmic" : ""}`,
    ends: [ends[0], ends[1]],
    last: lastStep(most),
  });
  const curve = (run: WatchRun, values: readonly (Num | null)[]): (readonly [number, number])[] => {
    const steps = stepsOf(run);
    return values.flatMap((v, i) => {
      const y = scale.at(v);
      return y === null ? [] : [[frame.x(steps[i]), frame.y(y)] as const];
    });
  };
  const band = [...curve(own, own.loss.max), ...curve(own, own.loss.min).toReversed()];
  const broken = own.loss.mean.flatMap((v, i) =>
    v !== null && !Number.isFinite(decodeNumber(v)) ? [frame.x(stepsOf(own)[i])] : [],
  );
  return {
    id: "loss",
    title: "loss",
    description: `loss of ${own.steps} steps, from ${formatNumber(own.loss.mean[0] ?? null)} to ${formatNumber(own.last)}, least ${formatNumber(leastOf(own.loss.min))}`,
    width,
    height,
    marks: [
      ...frame.marks,
      ...alarmLines(data, frame, height),
      ...(own.width > 1 && band.length > 2
        ? [{ shape: "area", d: `${pathOf(band)}z`, role: "forward", opacity: 0.18 } as const]
        : []),
      ...others.map(
        (run, i): Mark => ({
          shape: "line",
          d: pathOf(curve(run, run.loss.mean)),
          role: "faint",
          dash: dashes[i % dashes.length],
        }),
      ),
      { shape: "line", d: pathOf(curve(own, own.loss.mean)), role: "forward", width: 1.5 },
      ...(broken.length > 0
        ? [
            {
              shape: "text",
              x: Math.min(broken[0], width - 40),
              y: frame.y(1) + 8,
              text: "× not finite",
              role: "alarm",
            } as const,
          ]
        : []),
    ],
  };
}

/** Returns the least finite number. */
function leastOf(values: readonly (Num | null)[]): Num | null {
  const finite = values.flatMap((v) => (v === null || !Number.isFinite(decodeNumber(v)) ? [] : [decodeNumber(v)]));
  return finite.length === 0 ? null : Math.min(...finite);
}

/** Draws a quantity with a line for each layer, the first layers fainter. `null` where no layer has it. */
function layerPanel(data: WatchData, quantity: LayerQuantity, width: number, height: number): Panel | null {
  const { layers } = data;
  const columns = layers[quantity];
  const lines = columns.bins.map((bins) => levelsOf(bins));
  const known = lines.filter((levels) => levels.some((level) => level !== null));
  if (known.length === 0) return null;
  const [run] = data.runs;
  const isLinear = quantity === "dead";
  const ends = columns.scale.map((v) => formatQuantity(quantity, v));
  const frame = frameOf(width, height, run.steps, {
    title: quantityWords[quantity],
    ends: [ends[0], ends[1]],
    last: lastStep(run.steps),
  });
  const steps = stepsOf(run);
  const marks = lines.flatMap((levels, layer): Mark[] => {
    const points = levels.flatMap((level, i) =>
      typeof level === "number" ? [[frame.x(steps[i]), frame.y(level)] as const] : [],
    );
    if (points.length === 0) return [];
    const opacity = Number((0.35 + (0.65 * (layer + 1)) / lines.length).toFixed(2));
    return [{ shape: "line", d: pathOf(points), role: roles[quantity], opacity, layer }];
  });
  // updates are usually about a thousandth of the weights
  const guide = Math.log(1e-3 / columns.scale[0]) / Math.log(columns.scale[1] / columns.scale[0]);
  const hasGuide = quantity === "update" && guide > 0 && guide < 1;
  return {
    id: quantity,
    title: quantityWords[quantity],
    description: `${quantityWords[quantity]} of ${known.length} layers, between ${formatQuantity(quantity, valueAt(columns, 0, isLinear))} and ${formatQuantity(quantity, valueAt(columns, 1, isLinear))}`,
    width,
    height,
    marks: [
      ...frame.marks,
      ...(hasGuide
        ? [
            {
              shape: "line",
              d: `M${chartSide} ${Math.round(frame.y(guide))}h${width - 2 * chartSide}`,
              role: "axis",
              dash: "2 3",
            } as const,
          ]
        : []),
      ...alarmLines(data, frame, height),
      ...marks,
    ],
  };
}

/** Draws the legend of several runs. */
function legend(data: WatchData, width: number): Panel | null {
  const { runs } = data;
  if (runs.length < 2) return null;
  const room = Math.floor((width - chartSide - 34) / character);
  const marks = runs.flatMap((run, i): Mark[] => {
    const y = 10 + 16 * i;
    const stroke: Mark =
      i === 0
        ? { shape: "line", d: `M${chartSide} ${y}h26`, role: "forward", width: 1.5 }
        : { shape: "line", d: `M${chartSide} ${y}h26`, role: "faint", dash: dashes[(i - 1) % dashes.length] };
    const facts = `: loss ${formatNumber(run.last)} after ${run.steps.toLocaleString("en")} steps`;
    const text = `${cut(run.name, Math.max(room - facts.length, minName))}${facts}`;
    return [stroke, { shape: "text", x: chartSide + 34, y: y + 4, text, role: i === 0 ? "ink" : "faint" }];
  });
  return {
    id: "legend",
    title: "runs",
    description: runs.map((r) => `${r.name}: loss ${formatNumber(r.last)} after ${r.steps} steps`).join("; "),
    width,
    height: 4 + 16 * runs.length,
    marks,
  };
}

/** Draws the norm of all gradients of several runs. */
function totalPanel(data: WatchData, width: number, height: number): Panel | null {
  const { runs } = data;
  if (runs.length < 2) return null;
  const most = Math.max(...runs.map((r) => r.steps), 1);
  const scale = new Scale(runs.flatMap((r) => r.gradient.mean));
  const frame = frameOf(width, height, most, {
    title: `norm of all gradients${scale.isLog ? ", log." : ""}`,
    ends: [formatNorm(scale.low), formatNorm(scale.high)],
    last: lastStep(most),
  });
  const marks = runs.map((run, i): Mark => {
    const steps = stepsOf(run);
    const points = run.gradient.mean.flatMap((v, k) => {
      const y = scale.at(v);
      return y === null ? [] : [[frame.x(steps[k]), frame.y(y)] as const];
    });
    const style =
      i === 0
        ? { role: "backward" as const, width: 1.5 }
        : { role: "faint" as const, dash: dashes[(i - 1) % dashes.length] };
    return { shape: "line", d: pathOf(points), ...style };
  });
  return {
    id: "total",
    title: "norm of all gradients",
    description: `norm of all gradients of ${runs.length} runs`,
    width,
    height,
    marks: [...frame.marks, ...marks.toReversed()],
  };
}

/** The sizes of the charts. */
export interface ChartSizes {
  readonly loss: readonly [width: number, height: number];
  readonly small: readonly [width: number, height: number];
}

/** Returns the charts of a watch: the loss, the quantities of the layers, and for several runs their legend and the norm of all gradients. */
export function chartsOf(
  data: WatchData,
  { loss, small }: ChartSizes,
): { readonly loss: Panel; readonly small: readonly Panel[]; readonly legend: Panel | null } {
  const quantities: readonly LayerQuantity[] = ["gradient", "update", "weight", "dead"];
  const panels = [totalPanel(data, ...small), ...quantities.map((q) => layerPanel(data, q, ...small))];
  return {
    loss: lossPanel(data, ...loss),
    small: panels.filter((p) => p !== null),
    legend: legend(data, loss[0]),
  };
}
