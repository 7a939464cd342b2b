/** Tapelab: tensors, a dynamic tape, gradients, and a look inside. */
import { guardClasses } from "./api/classes.ts";

guardClasses();

export * from "./api/index.ts";
