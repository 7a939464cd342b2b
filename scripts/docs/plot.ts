/** Plots of elementwise functions of one tensor, with their derivatives, as SVG in the colours of the theme. */

import type { Tensor } from "tapelab";
import type { DocumentedOperator, Engine } from "./registry.ts";

const size = { width: 460, height: 260, margin: 26 };
/** Plots reach from -range to range in both directions. */
const range = 4;
const points = 321;
/** A function that rises more steeply between two points is taken to jump. */
const steepest = 20;

/** Calls an operator with its defaults; `null` where they do not suffice, as in `clamp`, which needs a limit, or where it takes no vector. */
function callWithDefaults(operator: DocumentedOperator, args: Record<string, unknown>, engine: Engine): unknown {
  try {
    return operator.callByName(args);
  } catch (error) {
    const { ArgumentError, DTypeError, IndexError, LinAlgError, ShapeError } = engine;
    if ([ArgumentError, DTypeError, IndexError, LinAlgError, ShapeError].some((kind) => error instanceof kind))
      return null;
    throw error;
  }
}

/** Whether a function gives half of the points the values that it gives them among all points. */
function isElementwise(
  operator: DocumentedOperator,
  engine: Engine,
  parameter: string,
  xs: readonly number[],
  f: readonly number[],
): boolean {
  const half = engine.tensor(xs.slice(xs.length / 2), { dtype: "float64" });
  const y = callWithDefaults(operator, { [parameter]: half }, engine);
  if (!(y instanceof engine.Tensor) || f.length !== xs.length) return false;
  const [given, all] = [y.toArray<number[]>(), f.slice(xs.length / 2)];
  return given.length === all.length && given.every((value, i) => Object.is(value, all[i]));
}

/** A function at the points, with its derivative. */
interface Sampled {
  readonly f: number[];
  readonly slope: number[];
  /** The call in words, such as `clamp(x, min=-1)`. */
  readonly title: string;
}

/** Limits for functions that need one. */
const limits: Readonly<Record<string, number>> = { min: -1, max: 1 };

/** Calls an operator on a tensor, with its defaults or else with limits; `null` where neither does. */
function callOn(operator: DocumentedOperator, parameter: string, x: Tensor, engine: Engine): Call | null {
  const plain = callWithDefaults(operator, { [parameter]: x }, engine);
  if (plain !== null) return { y: firstOf(plain), title: `${operator.name}(x)` };
  const given = Object.entries(limits).filter(([name]) => operator.parameters.some((p) => p.name === name));
  const y = callWithDefaults(operator, { [parameter]: x, ...Object.fromEntries(given) }, engine);
  return y === null
    ? null
    : { y: firstOf(y), title: `${operator.name}(x, ${given.map(([k, v]) => `${k}=${v}`).join(", ")})` };
}

/** The result of a call, and the call in words. */
interface Call {
  readonly y: unknown;
  readonly title: string;
}

/** Returns a result, or the first of several, as the mantissa of `frexp`. */
const firstOf = (y: unknown): unknown => (typeof y === "object" && y !== null && "mantissa" in y ? y.mantissa : y);

/** Returns values and derivatives at the points; `null` where the operator is not a real function of one tensor, or is a composition that is the identity. */
function sample(operator: DocumentedOperator, engine: Engine, xs: readonly number[]): Sampled | null {
  const { spec, parameters } = operator;
  if (spec !== null && (spec.batch !== "elementwise" || spec.vjp === "none" || "view" in spec)) return null;
  const required = parameters.filter((p) => p.required);
  if (required.length !== 1 || (spec === null && required[0].name !== "input")) return null;
  const x = engine.tensor([...xs], { dtype: "float64", requiresGrad: true });
  const call = callOn(operator, required[0].name, x, engine);
  const y = call?.y ?? null;
  if (call === null || !(y instanceof engine.Tensor) || y.dtype !== "float64" || !y.requiresGrad) return null;
  const f = y.detach().toArray<number[]>();
  // a function of other ops may compute an element from several
  if (spec === null && (y.ndim !== 1 || !isElementwise(operator, engine, required[0].name, xs, f))) return null;
  const [slope] = engine.autograd.grad(y.sum(), [x]);
  const isIdentity = f.every((value, i) => value === xs[i]);
  return spec === null && isIdentity ? null : { f, slope: slope.toArray<number[]>(), title: call.title };
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
    label("forward", margin, 14, "start", values.title),
    label("backward", width - margin, 14, "end", "derivative"),
    "</svg>",
  ].join("\n");
}
