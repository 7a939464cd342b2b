/** Encodes the numbers of a step. */
import { encodeElement, type StepDetail, type StepTensor } from "../../protocol/index.ts";
import { isComplex } from "../../tensor/dtype.ts";
import { elements } from "../../tensor/strided.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { gridOf } from "../shared/grid.ts";
import { summarize } from "../shared/statistics.ts";
import type { BackwardStep, InputGradient } from "./step.ts";

/** The part of a tensor that is stored. */
interface Extent {
  /** Elements up to which a tensor is stored exactly. */
  readonly values: number;
  /** Rows and columns of the grid of a larger one; `null` for none. */
  readonly grid: readonly [rows: number, columns: number] | null;
}

/** The numbers of a small tensor, and a picture of a larger one. */
export const withPictures: Readonly<Extent> = { values: 64, grid: [12, 20] };
/** Statistics, and the elements of the smallest tensors. */
export const withStatistics: Readonly<Extent> = { values: 4, grid: null };

const isSingle = (t: Tensor): boolean => t.dtype !== "float64" && t.dtype !== "complex128";

/** Encodes a tensor; of a complex one, the magnitudes. */
export function encodeStepTensor(t: Tensor, { values, grid }: Extent = withPictures): StepTensor {
  const isSmall = t.numel() <= values && !isComplex(t.dtype);
  return {
    shape: t.shape,
    summary: summarize(t),
    values: isSmall ? Array.from(elements(t), (v) => encodeElement(v, isSingle(t))) : null,
    grid: isSmall || grid === null ? null : gridOf(t, ...grid),
  };
}

const encoded = (t: Tensor | null | undefined, extent: Extent): StepTensor | null =>
  t ? encodeStepTensor(t, extent) : null;

function encodeInput(input: InputGradient, extent: Extent): StepDetail["inputs"][number] {
  const { name, local, contribution, sum, nth, consumers, edge } = input;
  return {
    name,
    local: encoded(local, extent),
    contribution: encoded(contribution, extent),
    sum: sum === contribution ? null : encoded(sum, extent),
    nth,
    consumers,
    ...(edge.index === 0 ? {} : { output: edge.index }),
  };
}

/** Encodes the numbers of a row: its value, and its step of the backward pass, if it has one. */
export function encodeDetail(
  step: BackwardStep | null,
  value: StepDetail["value"],
  extent: Extent = withPictures,
): StepDetail {
  return {
    value,
    upstream: encoded(step?.upstream[0], extent),
    isReplaced: step?.isReplaced ?? false,
    inputs: step?.inputs.map((input) => (input === null ? null : encodeInput(input, extent))) ?? [],
  };
}
