/** `host`: what a program that runs cells, such as a Jupyter kernel, sets and calls in the engine. */

export { recover } from "./fast/wasm/recover.ts";
export { type Namer, setNamer } from "./inspect/shared/naming.ts";
export { type Growth, reportGrowth, watchGrowth } from "./tape/watch/growth.ts";
export { setWatch, type WatchOptions } from "./tape/watch/watch.ts";
export type { PendingSite, Site } from "./tensor/site.ts";
