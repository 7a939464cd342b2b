/** Encodes pictures of tensors that differ: in the first tape, in a later one, and the difference. */
import type { DiffPicture } from "../../protocol/index.ts";
import { elements } from "../../tensor/strided.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";
import { gridOf } from "../shared/grid.ts";
import { type DiffRow, differs } from "./rows.ts";

const gridRows = 12;
const gridColumns = 20;

/** Encodes pictures until they take `length` characters: those of the first divergences, then those of the other rows in their order. */
export function encodePictures(rows: readonly DiffRow[], first: readonly number[], length: number): DiffPicture[] {
  const order = [...new Set([...first.filter((r) => r >= 0), ...rows.keys()])];
  const pictures: DiffPicture[] = [];
  let left = length;
  for (const r of order)
    for (const tensor of ["value", "gradient"] as const)
      for (const side of rows[r].parts.keys()) {
        const picture = left > 0 ? pictureOf(rows[r], r, tensor, side) : null;
        if (picture === null) continue;
        left -= JSON.stringify(picture).length;
        if (left > 0) pictures.push(picture);
      }
  return pictures;
}

/** Returns the picture of a tensor; `null` where it does not differ, is not known, or is a single number. */
function pictureOf(row: DiffRow, r: number, tensor: "value" | "gradient", side: number): DiffPicture | null {
  const part = row.parts[side];
  if (!part || !differs(part[tensor])) return null;
  const [a, b] = [row.parts[row.base]?.item[tensor] ?? null, part.item[tensor]];
  if (a === null || b === null || a.numel() < 2) return null;
  const [first, here, difference] = [a, b, differenceOf(a, b)].map((t) => gridOf(t, gridRows, gridColumns));
  return first && here && difference ? { row: r, tensor, side, first, here, difference } : null;
}

/** Returns b − a, of complex elements the difference of their absolute values. */
function differenceOf(a: Tensor, b: Tensor): Tensor {
  const [x, y] = [elements(a), elements(b)];
  return fromArray(
    y.map((v, i) => (v === x[i] || (Number.isNaN(v) && Number.isNaN(x[i])) ? 0 : v - x[i])),
    "float64",
    b.shape,
  );
}
