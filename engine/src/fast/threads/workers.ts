/** Worker threads that share jobs with the caller. */
import { remoteProduct } from "../../platform/blas.ts";
import { startThread } from "../../platform/threads.ts";
import { sharedMemory } from "../../tensor/storage/memory.ts";
import { nativeBlas } from "../linalg/blas.ts";
import { kernels, kernelVariant } from "../wasm/module.ts";
import { balance } from "./balance.ts";

declare const performance: { now(): number };

/** Number of times that a worker polls for a job before it sleeps: for some tens of microseconds, about as long as it takes to wake a thread. */
const polls = 40_000;
/** Milliseconds that a thread takes to start, or less. */
const startTime = 100;

const workerCode = `
const { module, memory, job, thread, polls, threadBuffers, isPaired, blas } = workerData;
${remoteProduct}
const env = { memory, abort() {}, sin: Math.sin, cos: Math.cos, log: Math.log, product, product64 };
const { threadBufferBytes, setUpThread, serve, useNativeBlas } = new WebAssembly.Instance(module, { env }).exports;
setUpThread(threadBuffers + thread * threadBufferBytes.value, isPaired);
useNativeBlas(blas === null ? 0 : 1);
serve(job, thread, polls);
`;

/** Number of threads, the caller included. */
let started = 1;

/**
 * Starts worker threads until there are `count` threads with the caller, or no more can be started; returns how many there are. `job` is the address of the
 * block of the jobs.
 */
export function startWorkers(count: number, job: number): number {
  if (started >= count) return started;
  const memory = sharedMemory();
  const wasm = kernels();
  if (memory === null || wasm === null) return started;
  const { module, threadBuffers } = wasm;
  const isPaired = Number(kernelVariant() === "wide");
  const blas = nativeBlas()?.remote ?? null;
  // while threads start, the time of a shared job does not show what sharing gains
  balance.pause(performance.now() + startTime);
  while (started < count) {
    // counted first: were the program terminated while a thread starts, the next thread would get the same number and buffer
    const thread = started++;
    if (startThread(workerCode, { module, memory, job, thread, polls, threadBuffers, isPaired, blas })) continue;
    started = thread;
    break;
  }
  return started;
}
