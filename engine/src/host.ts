/** `host`: what a program that runs cells, such as a Jupyter kernel, sets and calls in the engine. */

export { recover } from "./fast/wasm/recover.ts";
export { encodeStop, type StopNumbers } from "./inspect/breakpoints/data.ts";
export { listBreakpoints, setFrontEndBreakpoints } from "./inspect/breakpoints/front-end.ts";
export { replaceValue } from "./inspect/breakpoints/replacement.ts";
export { breakTimeout } from "./inspect/breakpoints/timeout.ts";
export { beginRun, type CellRun, endRun } from "./inspect/diff/history.ts";
export { tapeChunks } from "./inspect/dump/dump.ts";
export { type Entry, type FoundLine, findLine, type LineRecorder, observeLines } from "./inspect/lines/index.ts";
export { gradientsBehind, type InspectedTape, inspectedTapes } from "./inspect/panel/tapes.ts";
export { explanationOf, setLastError } from "./inspect/shapes/shapes.ts";
export { type DeclarationFinder, setDeclarations } from "./inspect/shared/declarations.ts";
export { setVariables, type Variables } from "./inspect/shared/naming.ts";
export { type CellSource, type CellSources, setCellSources } from "./inspect/shared/sources.ts";
export { type CellText, setCellTexts, type TextFinder } from "./inspect/shared/texts.ts";
export type { PassControl } from "./inspect/steps/control.ts";
export { type LiveDisplay, type RunningPass, type ShowLive, setLiveDisplay } from "./inspect/steps/live.ts";
export { type Presenter, setWatchPresenter } from "./inspect/watch/live.ts";
export { allBreakpoints, observeBreakpoints, removeBreakpointsOf } from "./tape/watch/breakpoints/breakpoint.ts";
export { endStep, type StopHandler, setStopHandler } from "./tape/watch/breakpoints/listener.ts";
export type { Stop, StopCommand } from "./tape/watch/breakpoints/stop.ts";
export { type Growth, reportGrowth, watchGrowth } from "./tape/watch/growth.ts";
export { setWatch, type WatchOptions } from "./tape/watch/watch.ts";
export type { Frame, PendingSite, Site } from "./tensor/site.ts";
export { peekGrad } from "./tensor/tensor.ts";
export {
  type LiveTraining,
  setTrainingPresenter,
  type TrainingDisplay,
  type TrainingPresenter,
} from "./training/live.ts";
