/** Warnings: what a program should be told of, and can go on with. */

declare const console: { warn(text: string): void };

/** Writes a warning to the console. */
export function warn(text: string): void {
  console.warn(text);
}
