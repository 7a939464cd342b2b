/** The JSON that the wire worker and the main thread exchange through the inspector about paused code. */

/** A 0-based position in a script, as the inspector gives it. */
export type ScriptPosition = readonly [url: string, line: number, column: number];

/** A 1-based position in the source of a cell or of a file of the user. */
export interface SourceLocation {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** The run of the cell; `null` for a file. */
  readonly cell: { readonly name: string; readonly count: number; readonly id: string | null } | null;
}

/** A variable as the Debug Adapter Protocol has it. */
export interface ShownVariable {
  readonly name: string;
  readonly value: string;
  readonly type: string;
  /** Expression for the value. */
  readonly evaluateName?: string;
  /** Number by which the members are asked for; 0 if there are none. */
  readonly variablesReference: number;
  /** Number of elements. */
  readonly indexedVariables?: number;
}

/** The scopes of a frame. */
export interface ShownScopes {
  readonly scopes: readonly { readonly name: string; readonly variablesReference: number; readonly count: number }[];
  /** Names of JavaScript variables, which hide the notebook's. */
  readonly locals: readonly string[];
}

/** Arguments of a request for members of a value. */
export interface MembersRequest {
  readonly filter?: "indexed" | "named";
  readonly start?: number;
  readonly count?: number;
}
