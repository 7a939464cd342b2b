/** Ops that work element by element. */
export * from "./absolute.ts";
export * from "./arithmetic.ts";
export * from "./clamp.ts";
export * from "./compare.ts";
export * from "./convert.ts";
export * from "./division.ts";
export * from "./erf.ts";
export * from "./exponential.ts";
export * from "./hyperbolic.ts";
export * from "./logarithm-bases.ts";
export * from "./maximum.ts";
export * from "./parts.ts";
export * from "./power.ts";
export * from "./rounding.ts";
export * from "./sigmoid.ts";
export * from "./trigonometric.ts";
export * from "./where.ts";
