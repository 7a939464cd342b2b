/** What runs underneath. */
import { canCollect, type MemoryState, memoryState } from "../../tensor/storage/memory.ts";
import { nativeBlas } from "../linalg/blas.ts";
import { getNumThreads } from "../threads/count.ts";
import { kernels, kernelVariant } from "./module.ts";

/** What the engine found on this machine. */
export interface EngineInfo {
  /** WebAssembly kernels with fused multiply-add, without, or plain JavaScript. */
  readonly kernels: "relaxed" | "plain" | "javascript";
  /** Width of their vectors: 256 where V8 makes pairs of what WebAssembly has; 0 in plain JavaScript. */
  readonly vectorBits: 0 | 128 | 256;
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
  const variant = kernelVariant();
  return {
    kernels: variant === "wide" ? "relaxed" : (variant ?? "javascript"),
    vectorBits: variant === null ? 0 : variant === "wide" ? 256 : 128,
    threads: getNumThreads(),
    blas: nativeBlas()?.path ?? null,
    collector: canCollect(),
    memory: memoryState(),
  };
}
