/** Plots of elementwise functions of one tensor, with their derivatives, as SVG in the colours of the theme. */

import type { DocumentedOperator, Engine } from "./registry.ts";

const size = { width: 460, height: 260, margin: 26 };
/** Plots reach from -range to range in both directions. */
const range = 4;
const points = 321;
/** A function that rises more steeply between two points is taken to jump. */
const steepest = 20;

/** Calls an operator with its defaults; `null` where they do not suffice, as in `clamp`, which needs a limit. */
function callWithDefaults(operator: DocumentedOperator, args: Record<string, unknown>, engine: Engine): unknown {
  try {
    return operator.callByName(args);
  } catch (error) {
    if (error instanceof engine.ArgumentError) return null;
    throw error;
  }
}

/** Values and derivatives at the points; `null` where the operator is not a real function of one tensor, or is the identity. */
function sample(
  operator: DocumentedOperator,
  engine: Engine,
  xs: readonly number[],
): { f: number[]; slope: number[] } | null {
  const { spec, parameters } = operator;
  if (spec === null || spec.batch !== "elementwise" || spec.vjp === "none" || "view" in spec) return null;
  const required = parameters.filter((p) => p.required);
  if (required.length !== 1) return null;
  const x = engine.tensor([...xs], { dtype: "float64", requiresGrad: true });
  const y = callWithDefaults(operator, { [required[0].name]: x }, engine);
  if (!(y instanceof engine.Tensor) || y.dtype !== "float64" || !y.requiresGrad) return null;
  const f = y.detach().toArray<number[]>();
  const [slope] = engine.autograd.grad(y.sum(), [x]);
  return f.every((value, i) => value === xs[i]) ? null : { f, slope: slope.toArray<number[]>() };
}

type Scale = (value: number) => number;

/** Returns the path of a curve, cut where it leaves the plot and where it jumps. */
function curve(xs: readonly number[], ys: readonly number[], [toX, toY]: readonly [Scale, Scale]): string {
  let pen = "M";
  let path = "";
  ys.forEach((y, i) => {
    const jumps = i > 0 && Math.abs(y - ys[i - 1]) > steepest * (xs[i] - xs[i - 1]);
    const inside = Number.isFinite(y) && Math.abs(y) <= range;
    if (inside) path += `${jumps ? "M" : pen}${toX(xs[i]).toFixed(1)} ${toY(y).toFixed(1)}`;
    pen = inside ? "L" : "M";
  });
  return path;
}

/** Returns an SVG of the function and its derivative, or "" where there is none. */
export function plotOf(operator: DocumentedOperator, engine: Engine): string {
  const xs = Array.from({ length: points }, (_, i) => -range + (2 * range * i) / (points - 1));
  const values = sample(operator, engine, xs);
  if (values === null) return "";
  const inside = [...values.f, ...values.slope].filter((y) => Math.abs(y) <= range);
  const [low, high] = [Math.min(-1, ...inside) - 0.15, Math.max(1, ...inside) + 0.15];
  const { width, height, margin } = size;
  const toX: Scale = (x) => margin + ((x + range) / (2 * range)) * (width - 2 * margin);
  const toY: Scale = (y) => height - margin - ((y - low) / (high - low)) * (height - 2 * margin);
  const label = (name: string, x: number, y: number, anchor: string, text: string | number): string =>
    `<text class="${name}" x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${text}</text>`;
  const ticks = [-4, -2, 2, 4].map((x) => label("tick", toX(x), toY(0) + 14, "middle", x));
  const levels = [-3, -2, -1, 1, 2, 3]
    .filter((y) => y > low && y < high)
    .map((y) => label("tick", toX(0) - 5, toY(y) + 4, "end", y));
  return [
    `<svg class="op-plot" role="img" viewBox="0 0 ${width} ${height}" aria-label="${operator.name} and its derivative from -4 to 4">`,
    `<path class="axis" d="M${margin} ${toY(0)}H${width - margin}M${toX(0)} ${margin}V${height - margin}"/>`,
    ...ticks,
    ...levels,
    `<path class="backward" d="${curve(xs, values.slope, [toX, toY])}"/>`,
    `<path class="forward" d="${curve(xs, values.f, [toX, toY])}"/>`,
    label("forward", margin, 14, "start", `${operator.name}(x)`),
    label("backward", width - margin, 14, "end", "derivative"),
    "</svg>",
  ].join("\n");
}
