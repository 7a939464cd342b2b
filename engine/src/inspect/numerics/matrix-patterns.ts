/** Patterns of products of matrices: a transpose that is missing or too much. */
import { isComplex } from "../../tensor/dtype.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { numbersOf } from "./differences.ts";
import { alike, inputOf, isWhole, type Pattern } from "./wrong.ts";

/** Returns the elements of a matrix, transposed. */
function transposed(a: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const b = new Float64Array(a.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) b[j * rows + i] = a[i * columns + j];
  return b;
}

interface Matrix {
  readonly text: string;
  readonly rows: number;
  readonly columns: number;
  readonly values: ArrayLike<number>;
}

/** Returns a product of two matrices given by elements; `null` where they do not fit. */
function product(a: Matrix, b: Matrix): Matrix | null {
  if (a.columns !== b.rows) return null;
  const values = new Float64Array(a.rows * b.columns);
  for (let i = 0; i < a.rows; i++)
    for (let k = 0; k < a.columns; k++)
      for (let j = 0; j < b.columns; j++)
        values[i * b.columns + j] += a.values[i * a.columns + k] * b.values[k * b.columns + j];
  return { text: `${a.text} ${b.text}`, rows: a.rows, columns: b.columns, values };
}

const matrix = (text: string, x: Tensor): Matrix | null =>
  x.ndim === 2 && !isComplex(x.dtype) ? { text, rows: x.shape[0], columns: x.shape[1], values: numbersOf(x) } : null;

const flipped = ({ text, rows, columns, values }: Matrix): Matrix => ({
  text: `${text}ᵀ`,
  rows: columns,
  columns: rows,
  values: transposed(values, rows, columns),
});

const mostForProducts = 64 * 64;

export const transpose: Pattern = (wrong) => {
  const x = inputOf(wrong);
  const { rule, numeric } = wrong.comparison;
  if (x.ndim !== 2 || !isWhole(wrong) || isComplex(x.dtype)) return null;
  const [rows, columns] = x.shape;
  if (rows === columns && rows > 1 && alike(rule, transposed(numeric, rows, columns)))
    return "The gradient is transposed: rows and columns are exchanged.";
  const g = matrix("ȳ", wrong.differences.cotangents[0]);
  const others = wrong.differences.runs.inputs.flatMap((t, i) => matrix(wrong.names[i], t) ?? []);
  if (g === null || x.numel() > mostForProducts || others.length === 0) return null;
  const all: Matrix[] = [];
  for (const z of others)
    for (const a of [g, flipped(g)])
      for (const b of [z, flipped(z)])
        for (const p of [product(a, b), product(b, a)]) if (p !== null) all.push(p, flipped(p));
  const same = (m: Matrix, values: Float64Array): boolean =>
    m.rows === rows && m.columns === columns && alike(m.values, values);
  const right = all.find((m) => same(m, numeric));
  const given = all.find((m) => same(m, rule));
  if (right === undefined || given === undefined) return null;
  return `A transpose is missing or too much: the rule computes ${given.text}, and the gradient is ${right.text}.`;
};
