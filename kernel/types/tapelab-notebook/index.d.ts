/** The globals that cells can use without an import. */

/// <reference path="display.d.ts" />
/// <reference path="plot.d.ts" />
/// <reference path="widgets.d.ts" />
/// <reference path="comms.d.ts" />
/// <reference path="untyped.d.ts" />
/// <reference path="node24.d.ts" />

/** Options of `prompt`. */
interface PromptOptions {
  /** Whether the input is hidden. */
  readonly password?: boolean;
}

/**
 * Asks the user for a line of text, and blocks until it is entered.
 * @throws Error if the front end does not allow input, for example when a program runs the notebook.
 */
declare function prompt(message?: string, options?: PromptOptions): string;

/** The ops to which operators on tensors are rewritten. */
declare const $tapelab: Pick<
  typeof import("tapelab"),
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "remainder"
  | "pow"
  | "neg"
  | "eq"
  | "ne"
  | "lt"
  | "le"
  | "gt"
  | "ge"
  | "logicalNot"
  | "bitwiseAnd"
  | "bitwiseXor"
  | "bitwiseNot"
  | "bitwiseOr"
> & {
  readonly meta: ImportMeta;
};
