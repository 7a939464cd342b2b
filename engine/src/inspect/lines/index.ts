/** Observation of code lines, for annotations. */
import { LineRecorder } from "./recorder.ts";

export type { Entry } from "./entry.ts";
export { type FoundLine, findLine } from "./find.ts";
export type { LineRecorder };

/** Returns an observer of the lines that make tensors, which is stopped. */
export const observeLines = (): LineRecorder => new LineRecorder();
