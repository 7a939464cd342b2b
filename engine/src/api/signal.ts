/** The exports of `signal`, whose functions check their arguments. Written by scripts/signatures.mjs. */
export * from "../signal.ts";
export * as windows from "./signal-windows.ts";
