/** The options of checkpoints. */

/** Options of the checkpoints of `fit`. */
export interface CheckpointOptions {
  /** The folder of the files; it is made if it is missing. */
  readonly folder: string;
  /** Number of epochs between checkpoints; 1 by default. */
  readonly everyEpochs?: number;
  /** Number of batches between checkpoints within an epoch; none by default. */
  readonly everyBatches?: number;
  /** Number of the latest checkpoints that are kept; 2 by default. */
  readonly keepLast?: number;
  /** Whether a training goes on from the latest checkpoint of the folder; true by default. */
  readonly resume?: boolean;
}
