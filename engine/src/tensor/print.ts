/** Text of a tensor in the format of PyTorch (torch/_tensor_str.py, default print options). */
import { type DType, isComplex, isFloating, realDType } from "./dtype.ts";
import { sizeOf } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

const precision = 4;
/** Above so many elements, only the ends of each dimension are printed. */
const printThreshold = 1000;
const edgeItems = 3;
const lineWidth = 80;

type Format = (v: number) => string;

/**
 * Returns a rounded number as Python rounds it: a tie to the even digit, where JavaScript rounds away from zero. `text` is the number that JavaScript
 * rounded, `exact` the number with all digits; a tie is a number in which exactly a 5 was cut off.
 */
function halfEven(text: string, exact: string): string {
  const [digits, exponent = ""] = text.split("e");
  const [allDigits] = exact.split("e");
  const truncated = allDigits.slice(0, digits.length);
  const isTie = /^50*$/.test(allDigits.slice(digits.length));
  return isTie && /[02468]$/.test(truncated) ? truncated + (exponent === "" ? "" : `e${exponent}`) : text;
}

const fixed = (v: number): string => halfEven(v.toFixed(precision), v.toFixed(20));

/** Returns a number in the format `{:.4e}` of Python, with at least two digits in the exponent. */
const scientific = (v: number): string =>
  halfEven(v.toExponential(precision), v.toExponential(20)).replace(/e([+-])(\d)$/, "e$10$2");

/** Returns the format and width of all elements, by the rules of PyTorch's `_Formatter`. */
function formatter(values: readonly number[], dtype: DType): { readonly format: Format; readonly width: number } {
  const widest = (format: Format): number => values.reduce((w, v) => Math.max(w, format(v).length), 1);
  if (dtype === "bool") {
    const format: Format = (v) => (v !== 0 ? "true" : "false");
    return { format, width: widest(format) };
  }
  const special = (v: number): string | null =>
    Number.isNaN(v) ? "nan" : v === Infinity ? "inf" : v === -Infinity ? "-inf" : null;
  if (!isFloating(dtype)) return { format: String, width: widest(String) };
  const magnitudes = values.filter((v) => Number.isFinite(v) && v !== 0).map(Math.abs);
  if (magnitudes.length === 0) {
    const format: Format = (v) => special(v) ?? `${Object.is(v, -0) ? "-0" : "0"}.`;
    return { format, width: 1 };
  }
  // reduce: Math.max(...magnitudes) would overflow the stack for a tensor of many dimensions
  const max = magnitudes.reduce((a, b) => Math.max(a, b));
  const min = magnitudes.reduce((a, b) => Math.min(a, b));
  const whole = magnitudes.every(Number.isInteger);
  const sci = whole ? max / min > 1000 || max > 1e8 : max / min > 1000 || max > 1e8 || min < 1e-4;
  const signed = (v: number, text: string): string => (Object.is(v, -0) ? `-${text}` : text);
  const finite: Format = sci ? scientific : whole ? (v) => `${signed(v, v.toFixed(0))}.` : (v) => signed(v, fixed(v));
  const format: Format = (v) => special(v) ?? finite(v);
  // as in PyTorch, zeros and non-finite numbers do not count for the width, and may be wider than their column
  return {
    format,
    width: values.filter((v) => Number.isFinite(v) && v !== 0).reduce((w, v) => Math.max(w, format(v).length), 1),
  };
}

/** Returns the indices to print along a dimension; `null` stands for the ellipsis. */
function printedIndices(size: number, summarise: boolean): (number | null)[] {
  const all = Array.from({ length: size }, (_, i) => i);
  if (!summarise || size <= 2 * edgeItems) return all;
  return [...all.slice(0, edgeItems), null, ...all.slice(size - edgeItems)];
}

/** Returns the text of a tensor. Of one with more than `threshold` elements, only the ends of each dimension are printed. */
export function formatTensor(t: Tensor, threshold: number = printThreshold): string {
  const prefix = "tensor(";
  const suffix: string[] = [];
  const isDefault = t.dtype === "float32" || t.dtype === "complex64" || t.dtype === "int64" || t.dtype === "bool";
  if (!isDefault) suffix.push(`dtype=${t.dtype}`);
  if (t.gradFn !== null) suffix.push(`gradFn=<${t.gradFn.name}>`);
  else if (t.requiresGrad) suffix.push("requiresGrad=true");
  if (sizeOf(t.shape) === 0) {
    const notes = t.shape.length > 1 ? [`size=[${t.shape.join(", ")}]`, ...suffix] : suffix;
    if (isDefault && t.dtype !== "float32") notes.push(`dtype=${t.dtype}`);
    return `${prefix}[]${notes.map((n) => `, ${n}`).join("")})`;
  }
  const body = bodyText(t, prefix.length, t.numel() > threshold);
  let text = prefix + body;
  let last = text.length - text.lastIndexOf("\n") - 1;
  for (const note of suffix) {
    const breaks = last + note.length + 2 > lineWidth;
    text += breaks ? `,\n${" ".repeat(prefix.length)}${note}` : `, ${note}`;
    last = breaks ? prefix.length + note.length : last + note.length + 2;
  }
  return `${text})`;
}

/** The text of the element at a position of the storage, and its width in a column. */
interface Cells {
  readonly cell: (position: number) => string;
  readonly width: number;
}

function realCells({ storage, dtype }: Tensor, positions: readonly number[]): Cells {
  const { format, width } = formatter(
    positions.map((p) => storage.at(p)),
    dtype,
  );
  return { cell: (p) => format(storage.at(p)).padStart(width), width };
}

/** Real and imaginary parts have formats and widths of their own, as in PyTorch. */
function complexCells({ storage, dtype }: Tensor, positions: readonly number[]): Cells {
  const { array } = storage;
  const [re, im] = [0, 1].map((part) =>
    formatter(
      positions.map((p) => array[2 * p + part]),
      realDType(dtype),
    ),
  );
  const cell = (p: number): string => {
    const imaginary = im.format(array[2 * p + 1]);
    return `${re.format(array[2 * p]).padStart(re.width)}${imaginary.startsWith("-") ? "" : "+"}${imaginary}j`;
  };
  return { cell, width: re.width + im.width + 1 };
}

/** Returns the elements in brackets; lines after the first are indented by `indent`. */
function bodyText(t: Tensor, indent: number, summarise: boolean): string {
  const indices = t.shape.map((s) => printedIndices(s, summarise));
  const positions: number[] = [];
  const collect = (d: number, base: number): void => {
    if (d === t.ndim) positions.push(base);
    else for (const i of indices[d]) if (i !== null) collect(d + 1, base + i * t.strides[d]);
  };
  collect(0, t.offset);
  const { cell, width } = isComplex(t.dtype) ? complexCells(t, positions) : realCells(t, positions);
  if (t.ndim === 0) return cell(t.offset).trimStart();
  const render = (d: number, base: number, pad: number): string => {
    if (d === t.ndim - 1) {
      const cells = indices[d].map((i) => (i === null ? " ..." : cell(base + i * t.strides[d])));
      const perLine = Math.max(1, Math.floor((lineWidth - pad) / (width + 2)));
      const lines: string[] = [];
      for (let i = 0; i < cells.length; i += perLine) lines.push(cells.slice(i, i + perLine).join(", "));
      return `[${lines.join(`,\n${" ".repeat(pad + 1)}`)}]`;
    }
    const parts = indices[d].map((i) => (i === null ? "..." : render(d + 1, base + i * t.strides[d], pad + 1)));
    const gap = `,${"\n".repeat(t.ndim - d - 1)}${" ".repeat(pad + 1)}`;
    return `[${parts.join(gap)}]`;
  };
  return render(0, t.offset, indent);
}
