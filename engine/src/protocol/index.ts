/** The plain JSON types of what a notebook stores. */
export * from "./confusion.ts";
export * from "./controls.ts";
export * from "./gradients.ts";
export * from "./number.ts";
export * from "./summary.ts";
export * from "./tape.ts";
export * from "./tensor.ts";
export * from "./variables.ts";
