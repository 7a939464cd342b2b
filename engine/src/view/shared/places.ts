/** Words about code locations, which text, picture and extension share. */
import type { CellColumns, CodePlace, FrameColumns } from "../../protocol/index.ts";

/** Returns a location as `4:2`, cell and line, or as `model.ts:2`. */
export const locationWords = ({ count, file }: CellColumns, [cell, line]: CodePlace): string =>
  `${count[cell] ?? file[cell].split("/").at(-1)}:${line}`;

/** Returns a location for sentences: `cell [4], line 2`, or `./model.ts:2`. */
export const placeSentence = ({ count, file }: CellColumns, [cell, line]: CodePlace): string =>
  count[cell] === null || count[cell] === undefined ? `${file[cell]}:${line}` : `cell [${count[cell]}], line ${line}`;

/** Whether the cell of a location had run again with another text when the display was made. */
export const isStale = ({ stale }: CellColumns, [cell]: CodePlace): boolean => stale?.[cell] === true;

/** Returns the indices of the frames of a call stack, innermost first. */
export function stackOf({ caller }: FrameColumns, frame: number): number[] {
  const frames: number[] = [];
  for (let f = frame; f >= 0; f = caller[f] ?? -1) frames.push(f);
  return frames;
}

/** Returns a frame as `Net.forward, 4:2`, or `4:2` outside of functions. */
export function frameWords(cells: CellColumns, { name, place }: FrameColumns, frame: number): string {
  const at = locationWords(cells, place[frame]);
  return name[frame] === "" ? at : `${name[frame]} ${at}`;
}

/** Returns a call stack in a line: `Net.forward 4:2 ← step 5:3 (4 library frames) ← 6:1`. */
export function stackWords(cells: CellColumns, frames: FrameColumns, frame: number): string {
  return stackOf(frames, frame)
    .map((f, i) => {
      const n = frames.hidden[f];
      const folded = i === 0 || n === 0 ? "" : `(${n} library frame${n === 1 ? "" : "s"}) ← `;
      return folded + frameWords(cells, frames, f);
    })
    .join(" ← ");
}
