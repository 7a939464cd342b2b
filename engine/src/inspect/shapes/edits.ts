/** Changes of one operand that make it fit: transposed, with a dimension more or less, flattened, cast, or made in another size. */
import { registered } from "../../dispatch/registry.ts";
import type { Arguments } from "../../dispatch/spec.ts";
import { zeros } from "../../tensor/create.ts";
import type { DType } from "../../tensor/dtype.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** A change of an operand. */
export interface Edit {
  /** Code behind the operand, such as `.t()`. */
  readonly suffix: string;
  readonly make: (x: Tensor) => Tensor;
  /** Rank among the changes that fit; the lowest is shown first. */
  readonly cost: number;
  /** A warning of what the change may silently mean, whatever the op. */
  readonly warning: string | null;
  /** Whether the elements are computed, as ops may check those of indices and labels. */
  readonly computes?: boolean;
}

/** Calls a function of the registry by the names of its parameters. */
const callOp = (name: string, args: Arguments): Tensor => registered.get(name)?.callByName(args) as Tensor;

const edit = (suffix: string, cost: number, make: (x: Tensor) => Tensor, warning: string | null = null): Edit => ({
  suffix,
  make,
  cost,
  warning,
});

/** Returns the order of dimensions in which `from` has moved to `to`. */
function moved(rank: number, from: number, to: number): number[] {
  const order = [...Array(rank).keys()].filter((d) => d !== from);
  order.splice(to, 0, from);
  return order;
}

/** Returns the changes of the order of dimensions. */
function orders(x: Tensor): Edit[] {
  const { ndim } = x;
  if (ndim < 2) return [];
  if (ndim === 2) return [edit(".t()", 2, (t) => callOp("transpose", { input: t, dim0: 0, dim1: 1 }))];
  const edits: Edit[] = [];
  const seen = new Set<string>();
  for (let a = 0; a < ndim; a++)
    for (let b = 0; b < ndim; b++) {
      const order = moved(ndim, a, b);
      if (a === b || seen.has(String(order))) continue;
      seen.add(String(order));
      const isSwap = Math.abs(a - b) === 1;
      const suffix = isSwap ? `.transpose(${Math.min(a, b)}, ${Math.max(a, b)})` : `.permute([${order.join(", ")}])`;
      const warning = order[0] === 0 ? null : "moves the first dimension, usually the batch";
      const cost = (isSwap ? 2 : 3) + (order[0] === 0 ? 0 : 4) + Math.abs(a - b) / 10;
      edits.push(edit(suffix, cost, (t) => callOp("permute", { input: t, dims: order }), warning));
    }
  return edits;
}

/** Returns the dimensions that the reduction removed which made a tensor, if it could have kept them. */
function reducedBy(x: Tensor): readonly number[] {
  const node = x.gradFn;
  const keeps = registered.get(node?.op.name ?? "")?.parameters.some((p) => p.name === "keepdim") === true;
  const { dims, dim } = (keeps ? (node?.params ?? {}) : {}) as { readonly dims?: unknown; readonly dim?: unknown };
  return Array.isArray(dims) ? (dims as number[]) : typeof dim === "number" ? [dim] : [];
}

/** Returns the changes of the number of dimensions. */
function ranks(x: Tensor): Edit[] {
  const { ndim, shape } = x;
  const edits: Edit[] = [];
  const kept = reducedBy(x);
  for (let d = 0; d <= Math.min(ndim, 4); d++) {
    const keeps = kept.length === 1 && kept[0] === d;
    edits.push(edit(`.unsqueeze(${d})`, keeps ? 1.5 : 2.5 - d / 10, (t) => callOp("unsqueeze", { input: t, dim: d })));
  }
  for (let d = 0; d < ndim; d++)
    if (shape[d] === 1) edits.push(edit(`.squeeze(${d})`, 2 - d / 10, (t) => callOp("squeeze", { input: t, dim: d })));
  if (ndim > 2) edits.push(edit(".flatten(1)", 2, (t) => callOp("flatten", { input: t, startDim: 1 })));
  if (ndim > 2)
    edits.push(
      edit(
        `.flatten(0, ${ndim - 2})`,
        4,
        (t) => callOp("flatten", { input: t, startDim: 0, endDim: ndim - 2 }),
        "merges the first dimensions",
      ),
    );
  if (ndim > 1)
    edits.push(edit(".flatten()", 6, (t) => callOp("flatten", { input: t }), "merges all dimensions, with the batch"));
  return edits;
}

/** Returns the changes to rows of `n` elements; those that only reorder dimensions are not among them. */
export function rowsOf(x: Tensor, n: number): Edit[] {
  if (n < 1 || x.numel() % n !== 0 || x.ndim === 0) return [];
  const first = x.numel() / n;
  if (x.shape.includes(n) && x.ndim === 2) return [];
  const keepsFirst = x.shape[0] === first;
  const warning = keepsFirst ? null : `rearranges the elements: there are ${first} rows instead of ${x.shape[0]}`;
  return [
    edit(`.reshape([-1, ${n}])`, keepsFirst ? 3 : 12, (t) => callOp("reshape", { input: t, shape: [-1, n] }), warning),
  ];
}

/** A dimension that is cut to a size. */
export type Cut = readonly [dim: number, size: number];

/** Returns the tensor without the last elements along some dimensions; none where much would be lost. */
export function cutEdits(x: Tensor, cuts: readonly Cut[]): Edit[] {
  if (cuts.length === 0 || cuts.some(([d, n]) => n < 1 || n >= x.shape[d] || x.shape[d] - n > Math.max(2, n / 4)))
    return [];
  const lost = cuts.map(([d, n]) => `the last ${x.shape[d] - n} of ${x.shape[d]} in dim ${d}`);
  return [
    {
      suffix: cuts.map(([d, n]) => `.narrow(${d}, 0, ${n})`).join(""),
      cost: 5,
      make: (t) => cuts.reduce((y, [dim, length]) => callOp("narrow", { input: y, dim, start: 0, length }), t),
      warning: `drops ${lost.join(", and ")}`,
    },
  ];
}

/** Returns the changes of an operand's shape. */
export const shapeEdits = (x: Tensor): Edit[] => (x.ndim > 5 ? ranks(x) : [...ranks(x), ...orders(x)]);

const isWhole = (x: Tensor): boolean =>
  x
    .toArray<number[]>()
    .toString()
    .split(",")
    .every((v) => Number.isInteger(Number(v)));

/** Elements up to which the values of a tensor are read. */
const mostRead = 1e5;

/** Returns the casts of an operand to the dtypes. */
export function castEdits(x: Tensor, dtypes: readonly DType[]): Edit[] {
  return dtypes
    .filter((dtype) => dtype !== x.dtype)
    .map((dtype, i) => {
      const narrows = /float/.test(x.dtype) && /int|bool/.test(dtype);
      const whole = narrows && x.numel() <= mostRead && isWhole(x);
      const warning =
        !narrows || whole ? null : dtype === "bool" ? "is true wherever an element is not 0" : "drops the decimals";
      const cast = edit(
        `.to("${dtype}")`,
        1 + i / 4 + (/complex/.test(x.dtype) ? 5 : 0),
        (t) => callOp("to", { input: t, dtype }),
        warning,
      );
      return { ...cast, computes: x.numel() <= mostRead };
    });
}

/** Returns a tensor of zeros in place of one, with another size in one dimension. */
export const resized = (dim: number, n: number): Edit =>
  edit("", 5, (t) =>
    zeros(
      t.shape.map((old, d) => (d === dim ? n : old)),
      { dtype: t.dtype },
    ),
  );
