/** The states of connectionist temporal classification: the labels of the targets with blanks between them and at both ends. */
import { requireIndices } from "../../dispatch/operand.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";

/** The states of all targets, [N, 2 S + 1] for the longest target of S labels. */
export interface Labels {
  /** The class of each state. */
  readonly states: Tensor;
  /** Whether a path may come from the last but one state: that of another label. */
  readonly skips: Tensor;
  /** Whether a path may begin in the state. */
  readonly begins: Tensor;
  /** Whether a path may end in the state. */
  readonly ends: Tensor;
}

/** Returns the labels of each target: rows of a matrix, or parts of a vector. */
function targetsOf(targets: Tensor, lengths: readonly number[]): number[][] {
  const list = Array.from(contiguousArray(targets), Number);
  const longest = Math.max(0, ...lengths);
  if (targets.ndim === 2) {
    const [rows, width] = targets.shape;
    if (rows !== lengths.length || width < longest)
      throw new ShapeError("ctcLoss", `the targets must have ${lengths.length} rows of at least ${longest} labels`, [
        targets.shape,
      ]);
    return lengths.map((n, i) => list.slice(i * width, i * width + n));
  }
  const total = lengths.reduce((a, b) => a + b, 0);
  if (targets.ndim !== 1 || (lengths.length === 1 ? list.length < total : list.length !== total))
    throw new ShapeError("ctcLoss", `the targets must be a matrix, or a vector of the ${total} labels`, [
      targets.shape,
    ]);
  let start = 0;
  return lengths.map((n) => {
    start += n;
    return list.slice(start - n, start);
  });
}

/** Returns the states of the targets. Paths of an input without steps end where they begin, in an empty target alone. */
export function labelsOf(
  targets: Tensor,
  lengths: readonly number[],
  inputLengths: readonly number[],
  classes: number,
  blank: number,
): Labels {
  requireIndices("ctcLoss", targets.dtype);
  const rows = targetsOf(targets, lengths);
  const wrong = rows.flat().find((label) => !(label >= 0 && label < classes));
  if (wrong !== undefined)
    throw new ArgumentError("ctcLoss", `targets must be one of ${classes} classes, but contain ${wrong}`);
  const count = 2 * Math.max(0, ...lengths) + 1;
  const fill = (of: (row: readonly number[], s: number, i: number) => number): number[] =>
    rows.flatMap((row, i) => Array.from({ length: count }, (_, s) => of(row, s, i)));
  const label = (row: readonly number[], s: number): number => (s % 2 === 1 ? (row[(s - 1) / 2] ?? blank) : blank);
  const shape = [rows.length, count];
  const flags = (of: (row: readonly number[], s: number, i: number) => boolean): Tensor =>
    fromArray(Uint8Array.from(fill((row, s, i) => (of(row, s, i) ? 1 : 0))), "bool", shape);
  return {
    states: fromArray(Int32Array.from(fill(label)), "int32", shape),
    skips: flags((row, s) => s % 2 === 1 && s >= 3 && label(row, s) !== label(row, s - 2)),
    begins: flags((row, s, i) => s === 0 || (s === 1 && row.length > 0 && inputLengths[i] > 0)),
    ends: flags((row, s) => s === 2 * row.length || s === 2 * row.length - 1),
  };
}
