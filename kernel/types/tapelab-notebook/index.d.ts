/** What every cell has without an import. */

/// <reference path="display.d.ts" />
/// <reference path="plot.d.ts" />
/// <reference path="widgets.d.ts" />
/// <reference path="comms.d.ts" />
/// <reference path="untyped.d.ts" />
/// <reference path="node24.d.ts" />

/** Options of `prompt`. */
interface PromptOptions {
  /** Hides what is typed. */
  readonly password?: boolean;
}

/**
 * Asks the person who runs the cell, and waits for the answer.
 * @throws Error where the front end does not allow input, as when a notebook is run by a program.
 */
declare function prompt(message?: string, options?: PromptOptions): string;

/** What arithmetic on tensors is rewritten to. */
declare const $tapelab: Pick<typeof import("tapelab"), "add" | "sub" | "mul" | "div" | "remainder" | "pow" | "neg"> & {
  readonly meta: ImportMeta;
};
