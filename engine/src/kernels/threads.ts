/** Sharing work among threads: how many there are, and when it is worth their while. */
import { hardwareThreads, startThread, threadsWanted } from "../platform/threads.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { borrow, sharedMemory } from "../tensor/memory.ts";
import { type Kernels, kernelModule, mostThreads } from "./module.ts";

/** Turns that a thread looks for more work before it sleeps: some tenths of a millisecond. */
const patience = 100_000;

const threadCode = `
const { module, memory, job, thread, patience } = workerData;
const env = { memory, abort() {}, sin: Math.sin, cos: Math.cos, log: Math.log };
new WebAssembly.Instance(module, { env }).exports.serve(job, thread, patience);
`;

let wanted: number | null = null;
let started = 1;
let job = 0;

/** How many threads share large work, this one included: by default as many as the machine has, at most 16, or what `TAPELAB_THREADS` says. */
export const getNumThreads = (): number => (wanted ??= Math.min(threadsWanted() ?? hardwareThreads(), mostThreads));

/**
 * Sets how many threads share large work; 1 turns sharing off. Results do not depend on it.
 * @throws ArgumentError for anything but an integer of at least 1.
 */
export function setNumThreads(count: number): void {
  if (!Number.isInteger(count) || count < 1)
    throw new ArgumentError(
      "setNumThreads",
      `the number of threads must be an integer of at least 1, but got ${count}`,
    );
  wanted = Math.min(count, mostThreads);
}

/** Threads that work of so many multiplications is shared among. */
export const threadsFor = (work: number, worthwhile: number): number => (work < worthwhile ? 1 : getNumThreads());

/** Starts the threads that are missing. */
function start(count: number): void {
  const memory = sharedMemory();
  const module = kernelModule();
  while (started < count && memory !== null && module !== null) {
    if (!startThread(threadCode, { module, memory, job, thread: started, patience })) {
      wanted = started;
      return;
    }
    started++;
  }
}

/** What a job is, by the number that the module knows it by. */
const kinds = ["product", "elementwise", "conv", "attention"] as const;
export type JobKind = (typeof kinds)[number];

/** The ticket and its neighbours, then the words. */
const headerBytes = 64;
const mostWords = 64;

/** Runs a job of at most 1,023 chunks by so many threads, described by its words: numbers of 32 bits. */
export function runJob(wasm: Kernels, kind: JobKind, threads: number, chunks: number, words: readonly number[]): void {
  if (job === 0) {
    job = borrow(headerBytes + 4 * mostWords).address;
    memoryInts().fill(0, job / 4, job / 4 + headerBytes / 4 + mostWords);
  }
  const memory = memoryInts();
  const first = (job + headerBytes) / 4;
  memory[first] = kinds.indexOf(kind);
  for (let i = 0; i < words.length; i++) memory[first + 1 + i] = words[i];
  if (threads > 1) start(threads);
  wasm.dispatch(job, chunks, Math.min(threads, started));
}

let ints: Int32Array = new Int32Array(0);

/** The memory as words, viewed anew when it has grown. */
function memoryInts(): Int32Array {
  const { buffer } = sharedMemory() as WebAssembly.Memory;
  if (ints.byteLength !== buffer.byteLength) ints = new Int32Array(buffer);
  return ints;
}

const bits = new Int32Array(1);
const float = new Float32Array(bits.buffer);

/** A float32 by its bits. */
export function floatWord(value: number): number {
  float[0] = value;
  return bits[0];
}
