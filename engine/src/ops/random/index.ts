/** Ops whose results are random. */
export * from "./counts.ts";
export * from "./distributions.ts";
export type { GeneratorOption } from "./fill.ts";
export * from "./multinomial.ts";
