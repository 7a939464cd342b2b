/** What runs underneath. */
import { canCollect, type MemoryState, memoryState } from "../tensor/memory.ts";
import { nativeBlas } from "./blas.ts";
import { getNumThreads } from "./count.ts";
import { kernels, kernelVariant } from "./module.ts";

/** What the engine found on this machine. */
export interface EngineInfo {
  /** WebAssembly kernels with fused multiply-add, without, or plain JavaScript. */
  readonly kernels: "relaxed" | "plain" | "javascript";
  /** Threads that share large work. */
  readonly threads: number;
  /** The native library for matrix products, or `null`. */
  readonly blas: string | null;
  /** Whether dead tensors are found in the middle of a synchronous program. */
  readonly collector: boolean;
  readonly memory: MemoryState;
}

/** What runs underneath: kernels, threads, BLAS and memory. @example engineInfo().threads >= 1; // true */
export function engineInfo(): EngineInfo {
  kernels();
  return {
    kernels: kernelVariant() ?? "javascript",
    threads: getNumThreads(),
    blas: nativeBlas()?.path ?? null,
    collector: canCollect(),
    memory: memoryState(),
  };
}
