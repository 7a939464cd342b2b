/** Warnings, after which the program continues. */
import { ambient, during } from "./ambient.ts";

declare const console: { warn(text: string): void };

const current = ambient(() => ({ sink: null as ((text: string) => void) | null }));

/** Writes a warning to the console. */
export function warn(text: string): void {
  if (current.sink === null) console.warn(text);
  else current.sink(text);
}

/** Runs `body`, and passes its warnings to `sink` instead of the console. */
export function withWarnings<T>(sink: (text: string) => void, body: () => T): T {
  const outer = current.sink;
  current.sink = sink;
  return during(body, () => {
    current.sink = outer;
  });
}
