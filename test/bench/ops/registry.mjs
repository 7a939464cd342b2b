/** The registry of the sources, with the records that the bundle leaves out, and the source of seeded samples on the same copy of the library. */
import { registerHooks } from "node:module";

const library = new URL("../../../engine/src/library.ts", import.meta.url).href;
registerHooks({ resolve: (name, context, next) => next(name === "tapelab" ? library : name, context) });

await import(library);
export const { registered } = await import("../../../engine/src/dispatch/registry.ts");
export const { sampleSource } = await import("../../support/samples.ts");
