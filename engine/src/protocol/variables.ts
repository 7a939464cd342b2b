/** What a kernel tells a panel of the notebook's variables. */

/** Target of the comm that a panel opens while it is seen. */
export const variablesTarget = "tapelab.variables";

export interface VariableData {
  readonly name: string;
  readonly type: string;
  /** Of tensors, arrays and typed arrays. */
  readonly shape: readonly number[] | null;
  /** Memory in bytes, where it is known. */
  readonly bytes: number | null;
  /** The value in one line. */
  readonly value: string;
}

/** Sent when the comm opens and after each cell. */
export interface VariablesMessage {
  readonly variables: readonly VariableData[];
}
