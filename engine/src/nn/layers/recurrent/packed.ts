/** Batches of sequences of different lengths, without padding. */
import { indexSelect } from "../../../ops/indexing/index-select.ts";
import { cat } from "../../../ops/shape/join.ts";
import { transpose } from "../../../ops/shape/permute.ts";
import { checkNew } from "../../../tensor/arguments/guard.ts";
import { full, tensor } from "../../../tensor/create.ts";
import { ArgumentError, ShapeError } from "../../../tensor/errors.ts";
import { Tensor } from "../../../tensor/tensor.ts";

/**
 * Sequences of different lengths, step by step: the elements of the first step of all sequences, longest sequence first, then those of the second step, and so on.
 * @example
 * const packed = nn.utils.rnn.packSequence([tensor([1, 2]), tensor([3])]);
 * packed.withData(packed.data.mul(10)).data.toArray(); // [10, 30, 20]
 */
export class PackedSequence {
  /** [sum of lengths, …] */
  readonly data: Tensor;
  /** Number of sequences that have a step, int64, for each step. */
  readonly batchSizes: Tensor;
  /** Positions in the batch from the longest sequence to the shortest, int64; `null` where sequences came in that order. */
  readonly sortedIndices: Tensor | null;
  /** Positions in the sorted order, int64; `null` where sequences came in that order. */
  readonly unsortedIndices: Tensor | null;

  constructor(data: Tensor, batchSizes: Tensor, sortedIndices: Tensor | null = null) {
    checkNew(new.target, arguments);
    this.data = data;
    this.batchSizes = batchSizes;
    this.sortedIndices = sortedIndices;
    this.unsortedIndices = sortedIndices === null ? null : sortedIndices.argsort();
  }

  /** Lengths of the sequences, the longest first. */
  get sortedLengths(): number[] {
    const sizes = numbersOf(this.batchSizes);
    return Array.from({ length: sizes[0] ?? 0 }, (_, n) => sizes.filter((size) => size > n).length);
  }

  /** Returns a sequence with other data in the same layout. */
  withData(data: Tensor): PackedSequence {
    return new PackedSequence(data, this.batchSizes, this.sortedIndices);
  }
}

const numbersOf = (x: Tensor): number[] => Array.from(x.toTypedArray() as ArrayLike<number>, Number);

const indices = (values: readonly number[]): Tensor => tensor([...values], { dtype: "int64" });

/** Returns the rows of x [T, N, …] at positions t N + n, as [rows.length, …]. */
export function rowsAt(x: Tensor, rows: readonly number[]): Tensor {
  return indexSelect(x.reshape([x.shape[0] * x.shape[1], ...x.shape.slice(2)]), 0, indices(rows));
}

/** Returns the positions t N + n of the elements of sequences of the lengths, step by step, and the number of sequences of each step. */
function packedRows(lengths: readonly number[]): { rows: number[]; sizes: number[] } {
  const rows: number[] = [];
  const sizes: number[] = [];
  for (let t = 0; t < lengths[0]; t++) {
    const present = lengths.flatMap((length, n) => (t < length ? [n] : []));
    sizes.push(present.length);
    rows.push(...present.map((n) => t * lengths.length + n));
  }
  return { rows, sizes };
}

/** Options of `packPaddedSequence`. */
export interface PackOptions {
  /** Whether the input is [N, T, …] instead of [T, N, …]; false by default. */
  readonly batchFirst?: boolean;
  /** Whether sequences must come longest first; true by default. Otherwise they are sorted, and the order is remembered. */
  readonly enforceSorted?: boolean;
}

/**
 * Packs padded sequences [T, N, …] of the given lengths.
 * @throws ArgumentError for lengths below 1 or in the wrong order; ShapeError for another number of lengths than sequences, and a length beyond T.
 * @example nn.utils.rnn.packPaddedSequence(tensor([[1, 4], [2, 5], [3, 0]]), [3, 2]).data.toArray(); // [1, 4, 2, 5, 3]
 */
export function packPaddedSequence(
  input: Tensor,
  lengths: readonly number[] | Tensor,
  { batchFirst = false, enforceSorted = true }: PackOptions = {},
): PackedSequence {
  const x = batchFirst ? transpose(input, 0, 1) : input;
  const given = lengths instanceof Tensor ? numbersOf(lengths) : [...lengths];
  if (given.length !== x.shape[1])
    throw new ShapeError("packPaddedSequence", `expected a length for each of ${given.length} sequences`, [
      input.shape,
    ]);
  const wrong = given.find((length) => !Number.isInteger(length) || length < 1);
  if (wrong !== undefined)
    throw new ArgumentError("packPaddedSequence", `lengths must be integers of at least 1, but got ${wrong}`);
  if (Math.max(...given) > x.shape[0])
    throw new ShapeError("packPaddedSequence", `a length is ${Math.max(...given)}, beyond the steps of the input`, [
      input.shape,
    ]);
  const isSorted = given.every((length, n) => n === 0 || length <= given[n - 1]);
  if (enforceSorted && !isSorted)
    throw new ArgumentError("packPaddedSequence", "sequences must come longest first; pass { enforceSorted: false }");
  const order = given.map((_, n) => n).sort((a, b) => given[b] - given[a]);
  const sorted = enforceSorted ? x : indexSelect(x, 1, indices(order));
  const { rows, sizes } = packedRows(order.map((n) => given[n]));
  return new PackedSequence(rowsAt(sorted, rows), indices(sizes), enforceSorted ? null : indices(order));
}

/** Returns the sequences as [T, N, …], longest first, with `value` behind the end of each. */
export function padded(sequence: PackedSequence, lengths: readonly number[], steps: number, value: number): Tensor {
  const { data } = sequence;
  const { rows } = packedRows(lengths);
  const count = lengths.length;
  const positions = new Array<number>(steps * count).fill(rows.length);
  rows.forEach((row, k) => {
    positions[row] = k;
  });
  const padding = full([1, ...data.shape.slice(1)], value, { dtype: data.dtype });
  return indexSelect(cat([data, padding]), 0, indices(positions)).reshape([steps, count, ...data.shape.slice(1)]);
}

/** Returns data in the layout of a packed sequence from sequences [T, N, …], longest first. */
export const packedAs = (sequence: PackedSequence, x: Tensor): PackedSequence =>
  sequence.withData(rowsAt(x, packedRows(sequence.sortedLengths).rows));

/** Options of `padPackedSequence`. */
export interface PadPackedOptions {
  /** Whether the output is [N, T, …] instead of [T, N, …]; false by default. */
  readonly batchFirst?: boolean;
  /** Value behind the end of sequences; 0 by default. */
  readonly paddingValue?: number;
  /** Number of steps of the output; the largest length by default. */
  readonly totalLength?: number | null;
}

/**
 * Returns padded sequences [T, N, …], in the order in which they were packed, and their lengths, int64.
 * @throws ArgumentError for a `totalLength` below the largest length.
 * @example
 * const packed = nn.utils.rnn.packSequence([tensor([1, 2, 3]), tensor([4, 5])]);
 * nn.utils.rnn.padPackedSequence(packed, { batchFirst: true })[0].toArray(); // [[1, 2, 3], [4, 5, 0]]
 */
export function padPackedSequence(
  sequence: PackedSequence,
  { batchFirst = false, paddingValue = 0, totalLength = null }: PadPackedOptions = {},
): readonly [padded: Tensor, lengths: Tensor] {
  const lengths = sequence.sortedLengths;
  const longest = sequence.batchSizes.shape[0];
  const steps = totalLength ?? longest;
  if (steps < longest)
    throw new ArgumentError("padPackedSequence", `totalLength must be at least ${longest}, but got ${steps}`);
  const x = padded(sequence, lengths, steps, paddingValue);
  const order = sequence.unsortedIndices;
  const [y, sizes] =
    order === null ? [x, lengths] : [indexSelect(x, 1, order), numbersOf(order).map((n) => lengths[n])];
  return [batchFirst ? transpose(y, 0, 1) : y, indices(sizes)];
}

/** Options of `padSequence`. */
export interface PadOptions {
  /** Whether the output is [N, T, …] instead of [T, N, …]; false by default. */
  readonly batchFirst?: boolean;
  /** Value of the padding; 0 by default. */
  readonly paddingValue?: number;
  /** Side on which shorter sequences are padded; "right" by default. */
  readonly paddingSide?: "left" | "right";
}

/**
 * Returns sequences of different lengths, each [length, …], as one tensor [T, N, …] with padding.
 * @throws ArgumentError for no sequences.
 * @example nn.utils.rnn.padSequence([tensor([1, 2]), tensor([3])], { batchFirst: true }).toArray(); // [[1, 2], [3, 0]]
 */
export function padSequence(
  sequences: readonly Tensor[],
  { batchFirst = false, paddingValue = 0, paddingSide = "right" }: PadOptions = {},
): Tensor {
  if (sequences.length === 0) throw new ArgumentError("padSequence", "expected at least one sequence, but got none");
  const longest = Math.max(...sequences.map((s) => s.shape[0]));
  const rows = sequences.map((s) => {
    const padding = full([longest - s.shape[0], ...s.shape.slice(1)], paddingValue, { dtype: s.dtype });
    return cat(paddingSide === "left" ? [padding, s] : [s, padding]);
  });
  const x = cat(rows.map((row) => row.unsqueeze(0)));
  return batchFirst ? x : transpose(x, 0, 1);
}

/**
 * Packs sequences of different lengths, each [length, …].
 * @throws ArgumentError for no sequences, and in the wrong order unless `enforceSorted` is false.
 * @example nn.utils.rnn.packSequence([tensor([1, 2, 3]), tensor([4])]).batchSizes.toArray(); // [2, 1, 1]
 */
export function packSequence(
  sequences: readonly Tensor[],
  options: { readonly enforceSorted?: boolean } = {},
): PackedSequence {
  const lengths = sequences.map((s) => s.shape[0]);
  return packPaddedSequence(padSequence(sequences), lengths, options);
}

/**
 * Returns the sequences of a padded tensor [T, N, …] without their padding.
 * @example nn.utils.rnn.unpadSequence(tensor([[1, 3], [2, 0]]), [2, 1]).map((s) => s.toArray()); // [[1, 2], [3]]
 */
export function unpadSequence(
  padded: Tensor,
  lengths: readonly number[] | Tensor,
  { batchFirst = false }: { readonly batchFirst?: boolean } = {},
): Tensor[] {
  const sizes = lengths instanceof Tensor ? numbersOf(lengths) : lengths;
  return sizes.map((length, n) => padded.select(batchFirst ? 0 : 1, n).narrow(0, 0, length));
}

/**
 * Returns the sequences of a packed one, in the order in which they were packed.
 * @example
 * const packed = nn.utils.rnn.packSequence([tensor([1]), tensor([2, 3])], { enforceSorted: false });
 * nn.utils.rnn.unpackSequence(packed).map((s) => s.toArray()); // [[1], [2, 3]]
 */
export function unpackSequence(sequence: PackedSequence): Tensor[] {
  const [x, lengths] = padPackedSequence(sequence);
  return unpadSequence(x, lengths);
}
