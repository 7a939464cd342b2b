/** What the course's values are made of, and when they are computed. */
import { ambient } from "../../platform/ambient.ts";
import type { DType } from "../../tensor/dtype.ts";
import type { Tensor as Array_ } from "../../tensor/tensor.ts";

/** What `compute` works on: a tensor of the engine, off the tape. */
export type NDArray = Array_;

/** What an op makes: one array, or several. */
export type Computed = NDArray | readonly NDArray[];

const mode = ambient(() => ({ lazy: false }));

/** Whether values are computed only when they are asked for. */
export const isLazyMode = (): boolean => mode.lazy;

/** Switches lazy mode for what is made from now on. */
export function setLazyMode(on: boolean): void {
  mode.lazy = on;
}

/** Options of a needle tensor. */
export interface TensorOptions {
  readonly dtype?: DType;
  /** True by default, unlike the engine's. */
  readonly requiresGrad?: boolean;
}
