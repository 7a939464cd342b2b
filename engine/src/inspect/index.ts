/** `inspect`: looking at tensors and at what was recorded. */
export { type PendingSite, type Site, setWatch, type WatchOptions } from "../tape/watch.ts";
export { type Namer, setNamer } from "./naming.ts";
export { tensorBundle } from "./show.ts";
export { summarize } from "./statistics.ts";
