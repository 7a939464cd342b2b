/** The part of a data set's batches that workers compute. */
import type { Tensor } from "../../tensor/tensor.ts";
import type { Elements } from "../elements.ts";
import type { Task } from "./tasks.ts";

/** Indices that a task of a data set computes. */
export interface Request {
  readonly task: number;
  readonly indices: Int32Array;
}

/** The part of a data set's batches that workers compute. */
export interface RemoteBatches {
  readonly tasks: readonly Task[];
  /** Returns the requests of a batch. */
  requests(indices: Int32Array): readonly Request[];
  /** Makes the batch of the replies, in the thread of the loader, so that random transforms draw in the order of the batches. */
  finish(replies: readonly (readonly Elements[])[], indices: Int32Array): Tensor[];
}
