/** The heat map of a watched training: a row for each layer, a column for each bin of steps. */
import type { LayerQuantity, WatchData } from "../../protocol/index.ts";
import { cut } from "../shared/format.ts";
import type { Mark, Panel } from "../shared/marks.ts";
import { heldLevels, type Level, levelsOf, valueAt } from "./scale.ts";
import { formatQuantity, layerWords, quantityWords } from "./words.ts";

/** Steps of colour. */
const shades = 9;
/** Height of a row, and of the axis below the rows; pixels of a character of a name. */
const [rowHeight, axisHeight, character] = [15, 34, 6.2];
const maxName = 22;

/** The heat map with the place of its squares, for a cursor. */
export interface Heat extends Panel {
  /** Edges of the squares. */
  readonly left: number;
  readonly right: number;
  readonly rowHeight: number;
  /** Levels by layer and bin, with gaps held. */
  readonly levels: readonly (readonly Level[])[];
}

/** Returns the opacity of a shade: the lowest can still be told from an empty square. */
const opacityOf = (shade: number): number => Number((0.1 + (0.9 * shade) / (shades - 1)).toFixed(2));

const shadeOf = (level: number): number => Math.round(level * (shades - 1));

/** Draws the layers by steps. Squares that are not finite are red, and marked. */
export function heatOf(data: WatchData, quantity: LayerQuantity, width: number): Heat {
  const { layers, runs } = data;
  const columns = layers[quantity];
  const [run] = runs;
  const levels = columns.bins.map((bins) => heldLevels(levelsOf(bins)));
  const names = layers.name.map((name, i) => cut(layerWords(name, layers.kind[i]), maxName));
  const left = Math.round(12 + character * Math.max(4, ...names.map((n) => n.length)));
  const right = width - 62;
  const count = Math.max(run.loss.mean.length, 1);
  // the last bin may be filled in part
  const x = (i: number): number =>
    left + ((right - left) * Math.min(i * run.width, run.steps)) / Math.max(run.steps, 1);
  const paths = new Map<number | "broken", string>();
  levels.forEach((row, r) => {
    for (let i = 0; i < row.length; ) {
      const level = row[i];
      const key = level === null ? null : level === "broken" ? level : shadeOf(level);
      let end = i + 1;
      const same = (other: Level): boolean => (typeof other === "number" ? shadeOf(other) : other) === key;
      while (end < row.length && same(row[end])) end++;
      if (key !== null) {
        const [from, to] = [Math.round(x(i)), Math.round(x(end))];
        const [y, w, h] = [r * rowHeight + 1, Math.max(to - from, 1), rowHeight - 2];
        paths.set(key, `${paths.get(key) ?? ""}M${from} ${y}h${w}v${h}h${-w}z`);
      }
      i = end;
    }
  });
  const height = levels.length * rowHeight;
  const squares = [...paths].map(
    ([key, d]): Mark => ({
      shape: "area",
      d,
      role: key === "broken" ? "alarm" : "backward",
      opacity: key === "broken" ? 0.3 : opacityOf(key),
    }),
  );
  const crosses = levels.flatMap((row, r): Mark[] => {
    const first = row.indexOf("broken");
    return first < 0
      ? []
      : [{ shape: "text", x: Math.min(x(first) + 3, right - 26), y: r * rowHeight + 11, text: "× NaN", role: "ink" }];
  });
  const labels = names.flatMap((name, r): Mark[] => [
    { shape: "text", x: left - 6, y: r * rowHeight + 11, text: name, role: "ink", anchor: "end" },
    {
      shape: "text",
      x: right + 6,
      y: r * rowHeight + 11,
      text: formatQuantity(quantity, columns.latest[r]),
      role: "faint",
    },
  ]);
  const [low, high] = columns.scale.map((v) => formatQuantity(quantity, v));
  const omitted = layers.omitted > 0 ? `, ${layers.omitted} layers left out` : "";
  const caption = `${quantityWords[quantity]}, layer by step (faint ${low}, dark ${high})${omitted}`;
  const lines = [...new Set(data.alarms.map((a) => a.step))].map((step): Mark => {
    const at = Math.round(left + ((right - left) * (step + 0.5)) / Math.max(run.steps, 1));
    return { shape: "line", d: `M${at} 0v${height}`, role: "alarm", dash: "3 3" };
  });
  return {
    id: "heat",
    title: quantityWords[quantity],
    description: `heat map of the ${quantityWords[quantity]}: ${levels.length} layers by ${run.steps} steps in ${count} columns, from ${low} to ${high}`,
    width,
    height: height + axisHeight,
    marks: [
      ...squares,
      ...crosses,
      ...lines,
      ...labels,
      { shape: "text", x: left, y: height + 12, text: "step 0", role: "faint" },
      {
        shape: "text",
        x: right,
        y: height + 12,
        text: (run.steps - 1).toLocaleString("en"),
        role: "faint",
        anchor: "end",
      },
      { shape: "text", x: left, y: height + 27, text: caption, role: "faint" },
    ],
    left,
    right,
    rowHeight,
    levels,
  };
}

/** Returns the words of a square: layer, steps and value. */
export function squareWords(data: WatchData, quantity: LayerQuantity, row: number, column: number): string {
  const { layers, runs } = data;
  const [{ width, steps }] = runs;
  const [from, to] = [column * width, Math.min((column + 1) * width, steps) - 1];
  const own = levelsOf(layers[quantity].bins[row] ?? "")[column] ?? null;
  const value =
    own === null
      ? "not sampled"
      : own === "broken"
        ? "not finite"
        : formatQuantity(quantity, Number(valueAt(layers[quantity], own, quantity === "dead").toPrecision(3)));
  const place = from === to ? `step ${from}` : `steps ${from} to ${to}`;
  return `${layerWords(layers.name[row], layers.kind[row])}, ${place}: ${value}`;
}

/** Returns the quantities that some layer has. */
export const shownQuantities = ({ layers }: WatchData): LayerQuantity[] =>
  (["gradient", "update", "weight", "dead"] as const).filter((q) => layers[q].latest.some((v) => v !== null));
