/** Messages of the kernel to a panel that lists the notebook's variables. */

/** Target of the comm that a panel opens while it is visible. */
export const variablesTarget = "tapelab.variables";

/** A variable of the notebook. */
export interface VariableData {
  readonly name: string;
  readonly type: string;
  /** Shape of a tensor, an array or a typed array; `null` for other values. */
  readonly shape: readonly number[] | null;
  /** Memory in bytes; `null` where it is unknown. */
  readonly bytes: number | null;
  /** The value in one line. */
  readonly value: string;
}

/** All variables. Sent when the comm opens and after each cell. */
export interface VariablesMessage {
  readonly variables: readonly VariableData[];
}
