/** Encodes a watched training as the JSON that a notebook stores. */
import {
  encodeNumber,
  type KeptTape,
  type LayerColumns,
  type LayerQuantity,
  type WatchAlarm,
  type WatchData,
  type WatchLayers,
  type WatchRun,
} from "../../protocol/index.ts";
import type { MimeBundle } from "../../tensor/symbols.ts";
import { watchOutput } from "../../view/watch/output.ts";
import type { Alarms } from "./alarms.ts";
import type { Curves } from "./curves.ts";
import type { Layer } from "./layers.ts";
import { maxBins, type Series } from "./series.ts";

/** A run whose curves are drawn beside those of the watched one. */
export interface OtherRun {
  readonly name: string;
  readonly curves: Curves;
}

/** A watched run. */
export interface Run extends OtherRun {
  readonly id: string;
  readonly isRunning: boolean;
  readonly rate: number | null;
  readonly layers: readonly Layer[];
  readonly alarms: Alarms;
  readonly others: readonly OtherRun[];
}

/** The size of an encoded watch. */
interface Size {
  /** Greatest number of bins; a power of two. */
  readonly columns: number;
  /** Greatest number of layers. */
  readonly rows: number;
  /** Characters that the tapes may take. */
  readonly tapes: number;
  /** Whether it is an update of a live display, whose alarms have their last place alone. */
  readonly isLive?: boolean;
}

/** Greatest number of runs that are drawn beside the watched one. */
const maxOthers = 7;

/** Returns the number of bins that hold steps. */
const binsOf = (steps: number, width: number): number => Math.ceil(steps / width);

function encodeRun({ name, curves, rate }: OtherRun & { readonly rate: number | null }, columns: number): WatchRun {
  const { steps } = curves;
  const loss = aligned(curves.loss, steps, columns);
  const gradient = aligned(curves.gradient, steps, columns);
  const bins = binsOf(steps, loss.width);
  return {
    name,
    steps,
    rate: rate === null ? null : Number(rate.toPrecision(3)),
    width: loss.width,
    last: loss.latest === null ? null : encodeNumber(loss.latest),
    loss: loss.encode(bins),
    gradient: gradient.encode(bins, 3),
  };
}

/** Returns a copy with at most so many bins, all of the same width for series of the same run. */
function aligned(series: Series, steps: number, columns: number): Series {
  series.fit(Math.max(steps - 1, 0));
  return series.widened(binsOf(steps, series.width) > columns ? maxBins / columns : 1);
}

/** Returns the byte of a value on a logarithmic scale, or on a linear one. */
function byteOf(v: number | null, [low, high]: readonly [number, number], isLinear: boolean): number {
  if (v === null) return 0;
  if (!Number.isFinite(v)) return 255;
  if (v <= 0) return 1;
  const share = isLinear ? (v - low) / (high - low) : high === low ? 1 : Math.log(v / low) / Math.log(high / low);
  return 2 + Math.round(252 * Math.min(Math.max(share, 0), 1));
}

/** Returns the ends of a logarithmic scale for the values of all layers. */
function scaleOf(all: readonly Series[], bins: number): [number, number] {
  let [low, high] = [Infinity, 0];
  for (const series of all)
    for (let i = 0; i < bins; i++) {
      const v = series.mean(i);
      if (v === null || !Number.isFinite(v) || v <= 0) continue;
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
  return high === 0 ? [1, 1] : [Number(low.toPrecision(4)), Number(high.toPrecision(4))];
}

function encodeQuantity(
  curves: Curves,
  quantity: LayerQuantity,
  layers: readonly number[],
  columns: number,
): LayerColumns {
  const all = layers.map((i) => aligned(curves.layers[i][quantity], curves.steps, columns));
  const width = all[0]?.width ?? 1;
  const bins = binsOf(curves.steps, width);
  const isLinear = quantity === "dead";
  const scale = isLinear ? ([0, 1] as const) : scaleOf(all, bins);
  const some = (v: number): ReturnType<typeof encodeNumber> | null => (Number.isFinite(v) ? encodeNumber(v, 3) : null);
  return {
    latest: all.map((s) => (s.latest === null ? null : encodeNumber(s.latest, 3))),
    min: all.map((s) => some(s.least)),
    max: all.map((s) => some(s.greatest)),
    scale,
    bins: all.map((s) =>
      Array.from({ length: bins }, (_, i) => byteOf(s.mean(i), scale, isLinear).toString(16).padStart(2, "0")).join(""),
    ),
  };
}

/** Returns the indices of the layers to store: all, or else the first and the last ones. */
function chosen(count: number, most: number): number[] {
  const all = Array.from({ length: count }, (_, i) => i);
  if (count <= most) return all;
  const head = Math.ceil(most / 2);
  return [...all.slice(0, head), ...all.slice(count - (most - head))];
}

function encodeLayers({ layers, curves }: Run, { columns, rows }: Size): WatchLayers {
  const shown = chosen(layers.length, rows);
  const quantity = (q: LayerQuantity): LayerColumns => encodeQuantity(curves, q, shown, columns);
  return {
    name: shown.map((i) => layers[i].name),
    kind: shown.map((i) => layers[i].kind),
    elements: shown.map((i) => layers[i].elements),
    gradient: quantity("gradient"),
    weight: quantity("weight"),
    update: quantity("update"),
    dead: quantity("dead"),
    omitted: layers.length - shown.length,
  };
}

/** Returns the kept tapes, as many with their data as fit. */
function encodeTapes(alarms: Alarms, room: number): KeptTape[] {
  let left = room;
  return alarms.steps.map((step) => {
    const tape = left > 0 ? alarms.tape(step) : null;
    left -= tape === null ? 0 : JSON.stringify(tape).length;
    return { step, tape: left >= 0 ? tape : null };
  });
}

/** Returns an alarm with the last place of its finding, and without evidence. */
const brief = ({ finding, ...alarm }: WatchAlarm): WatchAlarm => ({
  ...alarm,
  finding: { ...finding, path: finding.path.slice(-1), evidence: [] },
});

/** Encodes a watch in a given size. */
export function encodeWatch(run: Run, size: Size): WatchData {
  const others = run.others.slice(-maxOthers).map((other) => encodeRun({ ...other, rate: null }, size.columns));
  return {
    schema: 1,
    id: run.id,
    running: size.isLive === true && run.isRunning,
    runs: [encodeRun(run, size.columns), ...others],
    layers: encodeLayers(run, size),
    sampled: run.curves.sampled,
    alarms: size.isLive === true ? run.alarms.list.map(brief) : run.alarms.list,
    ...(run.alarms.failure === null ? {} : { failure: run.alarms.failure.slice(0, 200) }),
    tapes: encodeTapes(run.alarms, size.tapes),
  };
}

/** Characters of the largest update of a live display. */
const maxLive = 30_000;

/** Sizes of live updates, of which the first that fits is taken. */
const liveSizes: readonly Size[] = [
  { columns: 64, rows: 16, tapes: 8_000, isLive: true },
  { columns: 64, rows: 12, tapes: 0, isLive: true },
  { columns: 32, rows: 8, tapes: 0, isLive: true },
  { columns: 32, rows: 4, tapes: 0, isLive: true },
];

/** Returns the representations for a live display, small enough to be sent four times a second. */
export function liveBundle(run: Run): MimeBundle {
  let bundle: MimeBundle = {};
  for (const size of liveSizes) {
    bundle = watchOutput.bundle(encodeWatch(run, size));
    if (JSON.stringify(bundle).length <= maxLive) break;
  }
  return bundle;
}
