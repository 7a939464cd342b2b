/** Warnings, after which the program continues. */

declare const console: { warn(text: string): void };

/** Writes a warning to the console. */
export function warn(text: string): void {
  console.warn(text);
}
