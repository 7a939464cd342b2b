/** The exports of `inspect`: events of the tape, memory growth, statistics, and what a host of cells sets (see `host`). */
export {
  type EventFilter,
  type GradientEvent,
  type GradientHook,
  onGradient,
  onRecord,
  type RecordEvent,
  type RecordHook,
  Stopped,
  type TapeEvent,
} from "../tape/watch/events.ts";
export { type Growth, growth, reportGrowth, watchGrowth } from "../tape/watch/growth.ts";
export { setWatch, type WatchOptions } from "../tape/watch/watch.ts";
export type { PendingSite, Site } from "../tensor/site.ts";
export { type Namer, setNamer } from "./shared/naming.ts";
export { summarize } from "./shared/statistics.ts";
export { tensorBundle } from "./tensor/bundle.ts";
