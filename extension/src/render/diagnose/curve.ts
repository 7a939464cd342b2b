/** Draws the losses of the steps as a thin line. */
import { decodeNumber, formatNumber, type Num } from "tapelab/view";
import { h, s } from "../../dom.js";

const width = 120;
const height = 22;
const margin = 3;

/** Draws a curve of the losses; `null` for fewer than two finite ones. A last loss that is not finite is marked. */
export function lossCurve(losses: readonly Num[]): HTMLElement | null {
  const values = losses.map(decodeNumber);
  const finite = values.filter(Number.isFinite);
  if (finite.length < 2) return null;
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const at = (i: number, v: number): string => {
    const x = margin + ((width - 2 * margin) * i) / Math.max(values.length - 1, 1);
    const y = high === low ? height / 2 : margin + ((height - 2 * margin) * (high - v)) / (high - low);
    return `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
  };
  const points = values.flatMap((v, i) => (Number.isFinite(v) ? [at(i, v)] : []));
  const isBroken = !Number.isFinite(values.at(-1));
  const [x, y] = (points.at(-1) ?? "").split(",");
  const ends = [losses[0] ?? null, losses.at(-1) ?? null].map(formatNumber);
  const words = `loss from ${ends.join(" to ")} in ${losses.length} steps`;
  const curve = s(
    "svg",
    { class: "tapelab-loss-curve", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": words },
    s("title", {}, words),
    s("polyline", { points: points.join(" "), class: "tapelab-loss-line" }),
    s("circle", {
      cx: x,
      cy: y,
      r: 2.5,
      class: isBroken ? "tapelab-loss-end tapelab-loss-broken" : "tapelab-loss-end",
    }),
  );
  return h("span", {}, curve);
}
