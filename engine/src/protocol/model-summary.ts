/** The JSON of the summary of a model: a row for each module, and totals. */

/** A module in the tree of a model. */
export interface ModuleRow {
  /** The name in its parent; the class for the model itself. */
  readonly name: string;
  readonly className: string;
  /** Number of modules around it. */
  readonly depth: number;
  /** The dotted name under which the same module has a row before; `null` for its first row. */
  readonly sharedWith: string | null;
  /** Number of calls in one forward pass. */
  readonly calls: number;
  /** Shapes of the tensors among the arguments and among the results of the first call. */
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
  /** Number of elements of the module's own parameters, without those that a row before has. */
  readonly parameters: number;
  /** Multiplications with an addition in all calls; `null` for a module that computes no products of its own. */
  readonly multiplyAdds: number | null;
  /** Size of the results of all calls. */
  readonly outputBytes: number;
}

/** The summary of a model. */
export interface ModelSummaryData {
  readonly rows: readonly ModuleRow[];
  readonly parameters: number;
  readonly trainable: number;
  readonly multiplyAdds: number;
  readonly inputBytes: number;
  readonly parameterBytes: number;
  readonly bufferBytes: number;
  /** Size of the results of all modules without submodules, which training keeps for the backward pass. */
  readonly outputBytes: number;
}
