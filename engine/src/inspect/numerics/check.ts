/** Checks the gradient rule of one node by central differences. */
import { encodeNumber, type Grid, type NumericRow, type NumericState } from "../../protocol/index.ts";
import type { Node } from "../../tape/graph/node.ts";
import { inputName } from "../../tape/graph/saved.ts";
import { scopePath } from "../../tape/graph/scope.ts";
import { isComplex } from "../../tensor/dtype.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { gridOfMatrix } from "../shared/grid.ts";
import { lineOfNode } from "../shared/lines.ts";
import { nameOfInput } from "../tape/saved.ts";
import { type Comparison, Differences, numbersOf, precisionOf, randomCotangents, scaleOf } from "./differences.ts";
import type { OperandFinder } from "./operands.ts";
import { patternOf } from "./patterns.ts";
import { canRun, NodeRuns } from "./runs.ts";
import { commonRatio } from "./wrong.ts";

const [gridRows, gridColumns] = [12, 20];

/** Returns the parts of a row that all rows of a node share. */
const baseOf = (node: Node): Pick<NumericRow, "op" | "scope" | "at" | "custom"> => ({
  op: node.op.name,
  scope: scopePath(node.scope),
  at: lineOfNode(node),
  custom: node.op.custom === true,
});

const nothing = {
  input: "",
  shape: [],
  checked: 0,
  total: 0,
  wrong: 0,
  worst: null,
  ratio: null,
  notes: [],
  rule: null,
  numeric: null,
  ratios: null,
} as const;

const unchecked = (node: Node, state: NumericState, sentence: string): NumericRow => ({
  ...baseOf(node),
  ...nothing,
  state,
  sentence,
});

/** Returns a row for each input of a node that needs a gradient; one row for a node that cannot be checked. */
export function checkRows(node: Node, finder: OperandFinder): NumericRow[] {
  if (!canRun(node))
    return [
      unchecked(node, "unknown", `${node.op.name} cannot be run again, as it was not recorded by a function that can.`),
    ];
  const operands = finder.of(node);
  if (operands.inputs === null) return [unchecked(node, "unknown", `Not checked: ${operands.reason}.`)];
  const notes = operands.note === "" ? [] : [operands.note];
  try {
    return rowsOf(node, new NodeRuns(node, operands.inputs, true), operands.inputs, notes);
  } catch {
    // an op of the program may work in one dtype alone
  }
  try {
    const single = "The op does not run in float64, so it was compared in its own dtype, less precisely.";
    return rowsOf(node, new NodeRuns(node, operands.inputs, false), operands.inputs, [...notes, single]);
  } catch (error) {
    return [
      unchecked(node, "unknown", `Not checked: running it again failed with "${(error as Error).message ?? error}".`),
    ];
  }
}

function rowsOf(node: Node, runs: NodeRuns, inputs: readonly Tensor[], given: readonly string[]): NumericRow[] {
  const outputs = runs.outputs();
  if (outputs.length === 0) return [unchecked(node, "unknown", "Not checked: no result carries a gradient.")];
  if (!repeats(outputs, runs.outputs()))
    return [
      unchecked(
        node,
        "random",
        "Two runs on equal inputs differ, so differences mean nothing: the op draws random numbers that no generator of the engine gives, or keeps a state.",
      ),
    ];
  const notes = [...given, ...changedNotes(node, outputs), ...hookNotes(node)];
  const cotangents = randomCotangents(outputs, 3);
  const gradients = runs.gradients(cotangents);
  const rules = new Map(
    runs.differentiable.map((i, k) => [i, gradients[k] === null ? null : numbersOf(gradients[k])] as const),
  );
  const names = inputs.map((_, i) => (node.watched === null ? inputName(i, inputs.length) : nameOfInput(node, i)));
  return runs.differentiable.map((input, k) => {
    const differences = new Differences(runs, input, cotangents, precisionOf(outputs));
    const rule = rules.get(input) ?? new Float64Array(differences.values.length);
    if (differences.values.length === 0)
      return {
        ...baseOf(node),
        ...nothing,
        input: names[input],
        shape: inputs[input].shape,
        state: "right",
        sentence: "",
      };
    const comparison = differences.compare(rule);
    const ruleTimes = (factor: number): Float64Array | null => {
      const scaled = cotangents.map((u) => scaledBy(u, factor));
      const again = runs.gradients(scaled)[k];
      return again === null ? null : numbersOf(again);
    };
    const row = rowOf(node, differences, comparison, names[input]);
    const sentence =
      row.state === "wrong" ? patternOf({ differences, comparison, outputs, names, rules, ruleTimes }) : row.sentence;
    return { ...row, sentence, notes };
  });
}

function scaledBy(u: Tensor, factor: number): Tensor {
  const copy = u.detach().clone();
  const { array } = copy.storage;
  for (let i = 0; i < array.length; i++) array[i] *= factor;
  return copy;
}

/** Whether two runs have equal results. */
const repeats = (a: readonly Tensor[], b: readonly Tensor[]): boolean =>
  a.length === b.length && a.every((y, k) => areEqual(numbersOf(y), numbersOf(b[k])));

const areEqual = (x: Float64Array, y: Float64Array): boolean => x.every((v, i) => Object.is(v, y[i]));

/** Returns a note if the op no longer gives the result that was recorded, as its inputs were changed in place since. */
function changedNotes(node: Node, outputs: readonly Tensor[]): string[] {
  const before = node.watched?.outputs[0];
  if (before === undefined || before.numel() !== outputs[0].numel() || before.dtype !== node.outputMetas[0].dtype)
    return [];
  const [old, now] = [numbersOf(before), numbersOf(outputs[0])];
  const scale = Math.max(scaleOf(old), 1e-6);
  return old.every((v, i) => Object.is(v, now[i]) || Math.abs(v - now[i]) <= 1e-2 * scale)
    ? []
    : ["An input was changed in place since the op ran: the rule was checked at the present values."];
}

const hookNotes = (node: Node): string[] =>
  node.hooks !== null && node.hooks.pre.length + node.hooks.post.length > 0
    ? ["Hooks of the node may change its gradients; the rule was checked without them."]
    : [];

/** Returns the index of an element, of complex numbers that of the pair. */
function unravel(flat: number, { shape, dtype }: Tensor): number[] {
  let rest = isComplex(dtype) ? flat >> 1 : flat;
  return shape
    .toReversed()
    .map((n) => {
      const i = rest % n;
      rest = Math.floor(rest / n);
      return i;
    })
    .toReversed();
}

function rowOf(node: Node, differences: Differences, comparison: Comparison, input: string): NumericRow {
  const { at, rule, numeric, sides } = comparison;
  const x = differences.runs.inputs[differences.input];
  const finite = Float64Array.from(numeric).filter(Number.isFinite);
  const base = {
    ...baseOf(node),
    ...nothing,
    input,
    shape: x.shape,
    checked: comparison.isWhole ? differences.values.length : at.length,
    total: differences.values.length,
  };
  if (finite.length === 0)
    return {
      ...base,
      state: "notFinite",
      sentence: "Finite differences are not finite here: the op is at the edge of its domain.",
    };
  const scale = scaleOf(numeric);
  const off = [...at.keys()].filter(
    (k) => Number.isFinite(numeric[k]) && !differences.agrees(rule[k], numeric[k], scale),
  );
  const kinks = off.filter((k) => isKink(differences, at[k], rule[k], sides[k], scale));
  const wrong = off.filter((k) => !kinks.includes(k));
  if (wrong.length === 0) {
    if (off.length === 0) return { ...base, state: "right", sentence: "" };
    const [k] = kinks;
    const [below, above] = sides[k] ?? [numeric[k], numeric[k]];
    const where = `[${unravel(at[k], x).join(", ")}]`;
    return {
      ...base,
      state: "kink",
      sentence:
        `At ${where} and ${kinks.length - 1} other elements there is a kink or jump nearby: the slopes are ${short(below)} below and ${short(above)} above, and the rule gives ${short(rule[k])}.`.replace(
          " and 0 other elements",
          "",
        ),
    };
  }
  if (node.op.custom !== true && isSymmetrized(x, comparison)) return { ...base, state: "right", sentence: "" };
  const far = wrong.reduce((a, k) => (distance(rule[k], numeric[k]) > distance(rule[a], numeric[a]) ? k : a));
  const all = at.length === differences.values.length && !isComplex(x.dtype);
  const ratios = rule.map((v, i) => (v === 0 && numeric[i] === 0 ? 1 : v / numeric[i]));
  return {
    ...base,
    state: "wrong",
    wrong: wrong.length,
    worst: { index: unravel(at[far], x), rule: encodeNumber(rule[far]), numeric: encodeNumber(numeric[far]) },
    ratio: encodeNumber(commonRatio(comparison) ?? rule[far] / numeric[far]),
    sentence: "",
    ...(all ? { rule: gridFor(rule, x), numeric: gridFor(numeric, x), ratios: gridFor(ratios, x) } : {}),
  };
}

const short = (v: number): string => String(Number(v.toPrecision(3)));
const distance = (a: number, b: number): number => (Number.isFinite(a - b) ? Math.abs(a - b) : Infinity);

function gridFor(values: Float64Array, x: Tensor): Grid {
  const columns = x.ndim === 0 ? 1 : x.shape[x.ndim - 1];
  return gridOfMatrix(values, [values.length / columns, columns], [gridRows, gridColumns]);
}

/**
 * Whether a rule gives the gradient along symmetric changes of matrices, as ops on symmetric (or Hermitian) matrices do that read one triangle: the sum of each element's
 * gradient and its mirror image's is right.
 */
function isSymmetrized(x: Tensor, { at, rule, numeric }: Comparison): boolean {
  const [rows, columns] = x.shape.slice(-2);
  if (x.ndim < 2 || rows !== columns || isComplex(x.dtype) || at.length !== x.numel()) return false;
  const scale = scaleOf(numeric);
  return rule.every((v, i) => {
    const [row, column] = [Math.floor(i / columns) % rows, i % columns];
    const mirror = i + (column - row) * columns + (row - column);
    return Math.abs(v + rule[mirror] - numeric[i] - numeric[mirror]) <= 1e-4 * scale;
  });
}

/** Whether the slopes on the two sides of a number differ, also with a shorter step, and the rule gives one between them. */
function isKink(
  differences: Differences,
  i: number,
  rule: number,
  sides: readonly [number, number] | undefined,
  scale: number,
): boolean {
  if (sides === undefined || !Number.isFinite(rule)) return false;
  // a kink closer than the step: with a much shorter one, the rule is right
  const [left, right] = differences.sidesAt(i, 1 / 256);
  if (Math.abs((left + right) / 2 - rule) <= 1e-4 * (Math.abs(rule) + scale)) return true;
  const [below, above] = sides;
  const gap = Math.abs(above - below);
  if (gap < 1e-2 * (Math.abs(below) + Math.abs(above) + 1e-2 * scale)) return false;
  const [nearBelow, nearAbove] = differences.sidesAt(i, 0.25);
  // the difference of the slopes of a smooth function shrinks with the step
  if (Math.abs(nearAbove - nearBelow) < 0.6 * gap) return false;
  const margin = 1e-3 * (gap + Math.abs(rule));
  const isJump = Math.abs(nearAbove - nearBelow) > 2 * gap;
  return isJump || (rule >= Math.min(below, above) - margin && rule <= Math.max(below, above) + margin);
}
