/** `plot.confusionMatrix`, which shows counts of true and predicted classes. */
import { type ConfusionData, confusionOutput, type Normalization } from "tapelab/view";
import { showAs } from "../../main/display/describe.ts";
import { gridOf, isList, isNumbers } from "./numbers.ts";

const caller = "plot.confusionMatrix";
const maxClasses = 200;
const normalizations: readonly unknown[] = ["true", "predicted", "all"];

/** Options of `plot.confusionMatrix`. */
export interface ConfusionOptions {
  readonly title?: string;
  /** Names of the classes. */
  readonly names?: readonly string[];
  /** Whether to show fractions: of the true class, of the predicted class, or of all samples. */
  readonly normalize?: boolean | Normalization;
}

/** Reads a list of classes: integers, names, or a tensor of integers. */
function classesOf(x: unknown): readonly (string | number)[] {
  const list: readonly unknown[] = isList(x) ? Array.from(x) : gridOf(caller, x).values;
  for (const item of list)
    if (typeof item !== "string" && !Number.isInteger(Number(item)))
      throw new TypeError(`${caller}: expected classes, which are integers or names, but got ${String(item)}`);
  return list.map((item) => (typeof item === "string" ? item : Number(item)));
}

/** Returns the classes in the order of the names, else in ascending order; integer classes are indices into the names. */
function orderOf(classes: readonly (string | number)[], names: readonly string[] | undefined): (string | number)[] {
  const numeric = classes.every((c): c is number => typeof c === "number");
  if (names !== undefined) return numeric ? names.map((_, i) => i) : [...names];
  if (!numeric) return [...new Set(classes)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const largest = classes.reduce((most, c) => Math.max(most, c), -1);
  return Array.from({ length: largest + 1 }, (_, i) => i);
}

/** Counts the pairs of a predicted and a true class. */
function countPairs(prediction: unknown, target: unknown, names: readonly string[] | undefined): ConfusionData {
  const [predicted, actual] = [classesOf(prediction), classesOf(target)];
  if (predicted.length !== actual.length)
    throw new TypeError(`${caller}: there are ${predicted.length} predictions, but ${actual.length} targets`);
  const order = orderOf([...predicted, ...actual], names);
  const n = order.length;
  const index = new Map(order.map((c, i) => [c, i]));
  const counts = new Array<number>(n * n).fill(0);
  const indexOf = (c: string | number): number => {
    const i = index.get(c);
    if (i === undefined) throw new TypeError(`${caller}: there is no class ${c} among the ${n} names`);
    return i;
  };
  predicted.forEach((p, i) => {
    const at = indexOf(actual[i] as string | number) * n + indexOf(p);
    counts[at] = (counts[at] as number) + 1;
  });
  return { schema: 1, names: names ?? order.map(String), counts, normalize: null, title: null };
}

/** Reads a matrix of counts, whose rows are the true class and whose columns are the predicted class. */
function readCounts(matrix: unknown, names: readonly string[] | undefined): ConfusionData {
  const { shape, values } = gridOf(caller, matrix);
  const [rows = 0] = shape;
  if (shape.length !== 2 || shape[0] !== shape[1])
    throw new TypeError(
      `${caller}: expected counts of shape [classes, classes], or predictions and targets, but got [${shape.join(", ")}]`,
    );
  const wrong = values.find((v) => !(v >= 0) || !Number.isFinite(v));
  if (wrong !== undefined) throw new TypeError(`${caller}: expected counts of at least 0, but got ${wrong}`);
  if (names !== undefined && names.length !== rows)
    throw new TypeError(`${caller}: there are ${rows} classes, but ${names.length} names`);
  return {
    schema: 1,
    names: names ?? Array.from({ length: rows }, (_, i) => String(i)),
    counts: values,
    normalize: null,
    title: null,
  };
}

/** Returns an object that is shown as a confusion matrix, from `(matrix, options)` or `(prediction, target, options)`. */
export function confusionMatrix(...args: readonly unknown[]): object {
  const [first, second] = args;
  const pair = isNumbers(second);
  const options = (args[pair ? 2 : 1] ?? {}) as ConfusionOptions;
  const { title = null, names, normalize = false } = options;
  if (typeof normalize !== "boolean" && !normalizations.includes(normalize))
    throw new TypeError(
      `${caller}: expected normalize to be true, false, "true", "predicted" or "all", but got ${normalize}`,
    );
  const data = pair ? countPairs(first, second, names) : readCounts(first, names);
  if (data.names.length > maxClasses)
    throw new RangeError(`${caller}: expected at most ${maxClasses} classes, but got ${data.names.length}`);
  const kind = normalize === true ? "true" : normalize === false ? null : normalize;
  return showAs({}, confusionOutput.bundle({ ...data, normalize: kind, title }));
}
