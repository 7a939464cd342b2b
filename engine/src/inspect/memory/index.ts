/** `inspect.memory`: what uses the memory of tensors, and what keeps them alive. */
export { peak } from "./peak.ts";
export type { MemoryReport } from "./report.ts";
export { compare, holders, usage } from "./usage.ts";
