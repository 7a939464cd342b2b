/** `inspect`: looking at tensors and at what was recorded. */
export { setWatch, type PendingSite, type Site, type WatchOptions } from "../tape/watch.ts";
export { type Namer, setNamer } from "./naming.ts";
export { summarize } from "./statistics.ts";
export { tensorBundle } from "./show.ts";
