/** Information on the kernels, threads, BLAS and memory in use. */
import { canCollect, type MemoryState, memoryState } from "../../tensor/storage/memory.ts";
import { nativeBlas } from "../linalg/blas.ts";
import { getNumThreads } from "../threads/count.ts";
import { kernels, kernelVariant } from "./module.ts";

/** The kernels, threads, BLAS and memory that the engine uses on this machine. */
export interface EngineInfo {
  /** WebAssembly kernels with relaxed SIMD (fused multiply-add), with plain SIMD, or JavaScript. */
  readonly kernels: "relaxed" | "plain" | "javascript";
  /** Bits of a vector: 256 where V8 joins pairs of WebAssembly's vectors; 0 in plain JavaScript. */
  readonly vectorBits: 0 | 128 | 256;
  /** Number of threads that share large work. */
  readonly threads: number;
  /** The path of the native BLAS that makes matrix products, or `null`. */
  readonly blas: string | null;
  /** Whether dead tensors are found and freed while a synchronous program runs. */
  readonly collector: boolean;
  readonly memory: MemoryState;
}

/** Returns which kernels, threads, BLAS and memory the engine uses. @example engineInfo().threads >= 1; // true */
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
