/** Encodes attributions as the JSON that a notebook stores. */
import {
  type AttributionData,
  type AttributionExample,
  type AttributionKind,
  encodeNumber,
  type Grid,
} from "../../protocol/index.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { elements } from "../../tensor/strided.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { gridOfMatrix } from "../shared/grid.ts";
import type { Method } from "./attribution.ts";
import type { AttributionOptions, Point } from "./point.ts";

const maxExamples = 8;
/** Tokens of a text, and features of an input. */
const maxNames = 512;
/** Squares of all pictures together; each takes 4/3 characters. */
const maxSquares = 120_000;
const maxSide = 128;
/** Features that are listed by name even without names of their own. */
const maxFeatures = 64;

/** Sizes of the attributions of one example as channels of a matrix. */
interface Layout {
  readonly kind: AttributionKind;
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
}

/** Returns how the attributions of an example of the given shape are shown. */
function layoutOf(shape: readonly number[], { tokens, features }: AttributionOptions): Layout {
  if (tokens !== undefined) return { kind: "text", channels: 1, rows: shape[0] ?? 1, columns: sizeOf(shape.slice(1)) };
  const [columns = 1, rows = 1] = [shape.at(-1), shape.at(-2)];
  if (shape.length <= 1)
    return {
      kind: features !== undefined || columns <= maxFeatures ? "features" : "matrix",
      channels: 1,
      rows: 1,
      columns,
    };
  if (shape.length === 2) return { kind: "matrix", channels: 1, rows, columns };
  if (shape.length === 3) return { kind: "image", channels: shape[0], rows, columns };
  return { kind: "matrix", channels: 1, rows: sizeOf(shape.slice(0, -1)), columns };
}

/** Combines the channels of a picture: by their sum, or for magnitudes by the largest. */
function combine(x: Float64Array, channels: number, signed: boolean): Float64Array {
  const size = x.length / channels;
  const out = x.slice(0, size);
  for (let c = 1; c < channels; c++)
    for (let i = 0; i < size; i++) {
      const v = x[c * size + i];
      out[i] = signed ? out[i] + v : Math.max(out[i], v);
    }
  return out;
}

/** Encodes attributions, with the scores and classes that they explain. */
export function encodeAttribution(
  { method, facts, signed }: Method,
  values: Tensor,
  input: Tensor,
  { target, scores }: Pick<Point, "target" | "scores">,
  options: AttributionOptions,
): AttributionData {
  const count = target.batched ? values.shape[0] : 1;
  const shape = target.batched ? values.shape.slice(1) : values.shape;
  const layout = layoutOf(shape, options);
  const shown = Math.min(count, maxExamples);
  const all = elements(values);
  const size = sizeOf(shape);
  const picture = picturesOf(input, target.batched, layout, shown);
  const found = elements(scores);
  let omitted = count - shown;
  const examples = Array.from({ length: shown }, (_, i): AttributionExample => {
    const x = all.subarray(i * size, (i + 1) * size);
    const map = combine(x, layout.channels, signed);
    const names = namesOf(layout, options, i, count);
    const perName = layout.kind === "text" ? sumRows(map, layout.rows, layout.columns) : map;
    if (names.length > 0 && names.length !== perName.length)
      throw new ArgumentError(
        "attribution",
        `there are ${names.length} ${layout.kind === "text" ? "tokens" : "features"} for ${perName.length} contributions`,
      );
    omitted += Math.max(names.length - maxNames, 0);
    const sides = limitsOf(layout, shown);
    return {
      title: titleOf(target.classes?.[i] ?? null, found[i] ?? Number.NaN, options.classes),
      ...picture(i, sides),
      map: gridOfMatrix(map, [layout.rows, layout.columns], sides),
      names: names.slice(0, maxNames),
      scores: names.length === 0 ? [] : Array.from(perName.slice(0, maxNames), (v) => encodeNumber(v)),
    };
  });
  return { schema: 1, method, kind: layout.kind, shape: values.shape, facts, signed, examples, omitted };
}

/** Returns the largest sides of a picture, so that all of them stay below the limit. */
function limitsOf({ rows, columns }: Layout, examples: number): readonly [number, number] {
  const side = Math.min(maxSide, Math.floor(Math.sqrt(maxSquares / (4 * examples))));
  return rows === 1 ? [1, Math.min(columns, side * side)] : [Math.min(rows, side), Math.min(columns, side)];
}

/** Returns a function that encodes the image of example `i`, if the inputs are images with the sides of the attributions. */
function picturesOf(
  input: Tensor,
  batched: boolean,
  { kind, rows, columns }: Layout,
  shown: number,
): (i: number, limits: readonly [number, number]) => Pick<AttributionExample, "image" | "range"> {
  const shape = batched ? input.shape.slice(1) : input.shape;
  const channels = shape.length === 3 ? shape[0] : 1;
  const fits = shape.at(-1) === columns && shape.at(-2) === rows && sizeOf(shape) === channels * rows * columns;
  if (kind !== "image" || !fits || (channels !== 1 && channels !== 3)) return () => ({ image: null, range: [0, 0] });
  const size = sizeOf(shape);
  const all = elements(batched ? input.detach().narrow(0, 0, shown) : input);
  return (i, limits) => {
    const x = all.subarray(i * size, (i + 1) * size);
    const part = (c: number): Float64Array => x.subarray(c * rows * columns, (c + 1) * rows * columns);
    const finite = x.filter(Number.isFinite);
    return {
      image: Array.from({ length: channels }, (_, c): Grid => gridOfMatrix(part(c), [rows, columns], limits)),
      range: [
        encodeNumber(finite.reduce((a, b) => Math.min(a, b), Infinity)),
        encodeNumber(finite.reduce((a, b) => Math.max(a, b), -Infinity)),
      ],
    };
  };
}

/** Returns the names of the tokens or features of an example; none for pictures. */
function namesOf(
  layout: Layout,
  { tokens, features }: AttributionOptions,
  i: number,
  count: number,
): readonly string[] {
  if (layout.kind === "text" && tokens !== undefined) {
    const lists = tokens.every((t) => typeof t === "string") ? (count === 1 ? [tokens] : []) : tokens;
    const list = lists.at(i);
    if (list === undefined)
      throw new ArgumentError("attribution", `tokens must be a list for each of the ${count} texts`);
    return list;
  }
  if (layout.kind !== "features") return [];
  return features ?? Array.from({ length: layout.columns }, (_, k) => String(k));
}

function sumRows(x: Float64Array, rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, r) => {
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += x[r * columns + c];
    return sum;
  });
}

const titleOf = (target: number | null, score: number, classes: readonly string[] | undefined): string =>
  `${target === null ? "output" : (classes?.[target] ?? `class ${target}`)} = ${Number(score.toPrecision(3))}`;
