/** The plain JSON types of what notebooks store, and of messages between kernel and front end. */
export * from "./confusion.ts";
export * from "./controls.ts";
export * from "./gradients.ts";
export * from "./number.ts";
export * from "./summary.ts";
export * from "./tape.ts";
export * from "./tensor.ts";
export * from "./variables.ts";
