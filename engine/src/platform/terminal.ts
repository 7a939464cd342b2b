/** The terminal of the process, where there is one. */

declare const process:
  | { readonly stderr?: { readonly isTTY?: boolean; write(text: string): unknown } | undefined }
  | undefined;

const stream = (): { readonly isTTY?: boolean; write(text: string): unknown } | undefined =>
  typeof process === "undefined" ? undefined : process?.stderr;

/** Whether progress is written to a terminal, whose line can be replaced. */
export const isTerminal = (): boolean => stream()?.isTTY === true;

/** Writes progress to the standard error, which results that a program prints are not mixed with. */
export const writeProgress = (text: string): void => void stream()?.write(text);
