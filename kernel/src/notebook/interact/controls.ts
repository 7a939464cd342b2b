/** The controls of `interact`. Their view is `kernel/widgets/controls.js`. */
import { readFileSync } from "node:fs";
import { packageFolder } from "../../shared/folders.ts";

/** A control with its initial value. */
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

/** Options of `slider`. */
export interface SliderOptions {
  readonly value?: number;
  /** Distance of neighbouring values; ignored by a logarithmic slider. */
  readonly step?: number;
  /** Whether the scale is logarithmic. */
  readonly log?: boolean;
  readonly label?: string;
}

/** Returns the label as a property, if there is one; otherwise the view shows the name of the control. */
const labelled = (label: string | undefined): { readonly label?: string } => (label === undefined ? {} : { label });

/** Number of steps of a slider for which no step is given. */
const divisions = 100;

/** Returns a slider between two numbers. */
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

/** Returns a list of options to select from. */
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

/** Returns a checkbox. */
export const checkbox = (value = false, { label }: { readonly label?: string } = {}): Control<boolean> => ({
  kind: "checkbox",
  value,
  ...labelled(label),
});

/** Returns a text field. */
export const textbox = (value = "", { label }: { readonly label?: string } = {}): Control<string> => ({
  kind: "textbox",
  value,
  ...labelled(label),
});

const asset = (name: string): string => readFileSync(new URL(`widgets/${name}`, packageFolder), "utf8");

let view: { readonly esm: string; readonly css: string } | null = null;

/** Returns module and style sheet of the view, which are read when they are first needed. */
export function controlsView(): { readonly esm: string; readonly css: string } {
  view ??= { esm: asset("controls.js"), css: asset("controls.css") };
  return view;
}
