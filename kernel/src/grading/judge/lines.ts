/** Lines of the source of a cell, from the stacks of compiled code. */
import { SourceMap } from "node:module";
import type { Compiled } from "../../shared/compilation.ts";

/** Returns the position of a frame of the file in a line of a stack; `null` for other lines. */
function positionIn(line: string, name: string): readonly [line: number, column: number] | null {
  const found = /^\s+at (?:.*\()?([\w-]+):(\d+):(\d+)\)?$/.exec(line);
  return found?.[1] === name ? [Number(found[2]) - 1, Number(found[3]) - 1] : null;
}

/** Returns the line of the outermost frame of a compiled cell on a stack; `null` if it has none. Outer frames are behind all that a message can contain. */
export function lineOnStack(stack: string, name: string, { maps }: Compiled): number | null {
  const frames = stack.split("\n").flatMap((text) => {
    const position = positionIn(text, name);
    return position === null ? [] : [position];
  });
  const last = frames.at(-1);
  return last === undefined ? null : sourceLine(last, maps);
}

/** Returns the line of the source, from 1, for a position in compiled code, whose numbers are from 0; `null` where the maps have none. */
export function sourceLine(compiled: readonly [line: number, column: number], maps: Compiled["maps"]): number | null {
  let position = compiled;
  for (const map of [maps?.[1], maps?.[0]]) {
    if (map === undefined) return null;
    const settings = JSON.parse(map) as ConstructorParameters<typeof SourceMap>[0];
    const entry = new SourceMap(settings).findEntry(...position);
    if (!("originalLine" in entry)) return null;
    position = [entry.originalLine, entry.originalColumn];
  }
  // lines count from 1, but the compiler puts one before the cell
  return position[0];
}
