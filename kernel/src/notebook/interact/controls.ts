/** Inputs that a person moves: what they look like is in widgets/controls.js. */
import { readFileSync } from "node:fs";

/** An input with the value that it starts with. */
export interface Control<T> {
  readonly kind: "slider" | "dropdown" | "checkbox" | "textbox";
  readonly value: T;
  readonly label?: string;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly log?: boolean;
  readonly options?: readonly (string | number | boolean)[];
}

export interface SliderOptions {
  readonly value?: number;
  /** Distance of neighbouring values; not for logarithmic ones. */
  readonly step?: number;
  /** Equal ratios instead of equal distances. */
  readonly log?: boolean;
  readonly label?: string;
}

/** Where there is none, the input's name is its label. */
const labelled = (label: string | undefined): { readonly label?: string } => (label === undefined ? {} : { label });

/** Distances that a slider is divided into where no step is given. */
const divisions = 100;

export function slider(
  min: number,
  max: number,
  { value, step, log = false, label }: SliderOptions = {},
): Control<number> {
  if (!(max > min))
    throw new RangeError(`slider: expected the greatest value to be above the least, but got ${min} to ${max}`);
  if (log && !(min > 0))
    throw new RangeError(`slider: a logarithmic slider needs values above 0, but starts at ${min}`);
  const start = value ?? (log ? Number(Math.sqrt(min * max).toPrecision(3)) : (min + max) / 2);
  if (!(start >= min && start <= max))
    throw new RangeError(`slider: the value ${start} is not between ${min} and ${max}`);
  const whole = Number.isInteger(min) && Number.isInteger(max) && max - min >= 10;
  const distance = step ?? (whole ? Math.ceil((max - min) / divisions / 10) : (max - min) / divisions);
  const rounded = value === undefined && !log ? min + Math.round((start - min) / distance) * distance : start;
  return { kind: "slider", min, max, step: distance, log, value: rounded, ...labelled(label) };
}

export function dropdown<T extends string | number | boolean>(
  options: readonly T[],
  { value, label }: { readonly value?: T; readonly label?: string } = {},
): Control<T> {
  const [first] = options;
  if (first === undefined) throw new RangeError("dropdown: expected at least one option");
  if (value !== undefined && !options.includes(value))
    throw new RangeError(`dropdown: ${String(value)} is not one of the options`);
  return { kind: "dropdown", options, value: value ?? first, ...labelled(label) };
}

export const checkbox = (value = false, { label }: { readonly label?: string } = {}): Control<boolean> => ({
  kind: "checkbox",
  value,
  ...labelled(label),
});

export const textbox = (value = "", { label }: { readonly label?: string } = {}): Control<string> => ({
  kind: "textbox",
  value,
  ...labelled(label),
});

const asset = (name: string): string => readFileSync(new URL(`../../../widgets/${name}`, import.meta.url), "utf8");

let view: { readonly esm: string; readonly css: string } | null = null;

/** The view of the controls; read when it is first wanted. */
export function controlsView(): { readonly esm: string; readonly css: string } {
  view ??= { esm: asset("controls.js"), css: asset("controls.css") };
  return view;
}
