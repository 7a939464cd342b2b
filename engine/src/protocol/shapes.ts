/** The JSON of an explained error of shapes, dtypes or indices. */

/** A line of code. */
export interface CodeLine {
  readonly file: string;
  /** The front end's id of the cell, and its execution count; `null` for a file. */
  readonly cellId: string | null;
  readonly count: number | null;
  /** Line and column, from 1. */
  readonly line: number;
  readonly column: number;
}

/** A tensor that the failed call was given, or a shape that it was asked for. */
export interface ErrorOperand {
  /** The expression in the call, or the name of the tensor, or its role. */
  readonly name: string;
  /** Name of the parameter of the op; `"wanted"` for a shape that is no tensor. */
  readonly role: string;
  readonly kind: "input" | "parameter" | "wanted";
  readonly shape: readonly number[];
  readonly dtype: string;
  /** A name for each dimension; empty where it has none. */
  readonly dims: readonly string[];
  /** The op or the code that made the tensor, and its line; empty and `null` where unknown. */
  readonly origin: string;
  readonly place: CodeLine | null;
}

/** A dimension of an operand, both by index. */
export type DimIndex = readonly [operand: number, dim: number];

/** A change of the call that was tried and ran. */
export interface ErrorFix {
  /** The changed call, or the change. */
  readonly code: string;
  /** Shape of the result; `null` where the result is no tensor. */
  readonly shape: readonly number[] | null;
  readonly dtype: string;
  /** A warning of what the change would silently mean; `null` where nothing is to be feared. */
  readonly warning: string | null;
}

/** One recorded operation before the error. */
export interface TapeStep {
  readonly op: string;
  /** Path of modules and scopes. */
  readonly scope: string;
  readonly shape: readonly number[];
  readonly place: CodeLine | null;
}

/** An explained error. */
export interface ShapesData {
  readonly schema: 1;
  /** Class of the error, such as `"ShapeError"`, and its message. */
  readonly error: string;
  readonly message: string;
  readonly op: string;
  /** Symbol between two operands, such as `@`; empty for none. */
  readonly symbol: string;
  /** Path of the module whose forward failed, and the module as text; empty outside of modules. */
  readonly module: string;
  readonly moduleText: string;
  /** The line that called the op. */
  readonly place: CodeLine | null;
  readonly code: string;
  readonly operands: readonly ErrorOperand[];
  /** Pairs of dimensions whose sizes do not agree. */
  readonly clashes: readonly (readonly [DimIndex, DimIndex])[];
  /** Dimensions that are marked without a partner. */
  readonly marked: readonly DimIndex[];
  /** Operands whose dtype is at fault. */
  readonly wrongDTypes: readonly number[];
  /** The reason in one sentence, and observations. */
  readonly sentence: string;
  readonly notes: readonly string[];
  readonly fixes: readonly ErrorFix[];
  /** Number of changes that were tried. */
  readonly tried: number;
  readonly tape: { readonly total: number; readonly steps: readonly TapeStep[] };
}
