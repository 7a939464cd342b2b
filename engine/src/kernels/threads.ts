/** Sharing work among threads. */
import type { SharedMemory } from "../platform/shared.ts";
import { startThread } from "../platform/threads.ts";
import { reserve, sharedMemory } from "../tensor/memory.ts";
import type { Strided } from "../tensor/strided.ts";
import { getNumThreads } from "./count.ts";
import { type Kernels, kernels, kernelVariant } from "./module.ts";

/** Turns that a thread looks for more work before it sleeps: some tenths of a millisecond. */
const patience = 100_000;

const threadCode = `
const { module, memory, job, thread, patience, own, wide } = workerData;
const env = { memory, abort() {}, sin: Math.sin, cos: Math.cos, log: Math.log, product: () => 0 };
const { ownBytes, prepare, serve } = new WebAssembly.Instance(module, { env }).exports;
prepare(own + thread * ownBytes.value, wide);
serve(job, thread, patience);
`;

let started = 1;
let job = 0;

/** Threads that work of a size is shared among. */
export const threadsFor = (work: number, worthwhile: number): number => (work < worthwhile ? 1 : getNumThreads());

/** Starts the threads that are missing. */
function start(count: number): void {
  const memory = sharedMemory();
  const wasm = kernels();
  if (memory === null || wasm === null) return;
  const { module, own } = wasm;
  const wide = Number(kernelVariant() === "wide");
  while (started < count) {
    // counted first: were this terminated on its way, another thread would get the same number and memory
    const thread = started++;
    if (startThread(threadCode, { module, memory, job, thread, patience, own, wide })) continue;
    started = thread;
    return;
  }
}

/** What a job is, by the number that the module knows it by. */
const kinds = ["product", "elementwise", "conv", "attention", "rows", "sum", "step"] as const;
export type JobKind = (typeof kinds)[number];

/** The ticket and its neighbours, then the words. */
const headerBytes = 64;
const mostWords = 64;

/** As many as the ticket can count. */
export const mostChunks = 1023;

/** Runs a job of at most `mostChunks` by so many threads, described by its words: numbers of 32 bits. */
export function runJob(wasm: Kernels, kind: JobKind, threads: number, chunks: number, words: readonly number[]): void {
  if (job === 0) {
    const address = reserve(headerBytes + 4 * mostWords);
    memoryInts().fill(0, address / 4, (address + headerBytes) / 4 + mostWords);
    job = address;
  }
  const memory = memoryInts();
  const first = (job + headerBytes) / 4;
  memory[first] = kinds.indexOf(kind);
  for (let i = 0; i < words.length; i++) memory[first + 1 + i] = words[i];
  if (threads > 1) start(threads);
  wasm.dispatch(job, chunks, Math.min(threads, started));
}

/** Withdraws a job whose caller was terminated, and waits until nobody works on it. */
export function withdrawJob(): void {
  if (job === 0) return;
  const memory = memoryInts();
  const [ticket, active] = [job / 4, job / 4 + 4];
  // the number stays, and there are no chunks
  Atomics.and(memory, ticket, ~0xfffff);
  while (Atomics.load(memory, active) > 0);
}

let ints: Int32Array = new Int32Array(0);

/** The memory as words, viewed anew when it has grown. */
function memoryInts(): Int32Array {
  const { buffer } = sharedMemory() as SharedMemory;
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

const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);

/** A float64 by its bits: two words. */
export function doubleWords(value: number): readonly [number, number] {
  double[0] = value;
  return [halves[0], halves[1]];
}

/** Functions of rows in the order of the module's numbers. */
const rowFunctions = [
  "softmax",
  "softmaxGrad",
  "logSoftmax",
  "logSoftmaxGrad",
  "norm",
  "lstm",
  "lstmGrad",
  "sum",
] as const;

/** Elements of rows from which on threads share them. */
const manyElements = 2 ** 15;
/** Words of addresses, before the number and the flag. */
const rowAddresses = 8;

/** Work on rows of n elements of a tensor's dtype, at such addresses, by threads if that is worth their while; `false` leaves it to the caller. */
export function shareRows(
  wasm: Kernels,
  { storage }: Strided,
  name: (typeof rowFunctions)[number],
  rows: number,
  n: number,
  addresses: readonly number[],
  number = 0,
  flag = 0,
): boolean {
  const threads = rows < 2 || storage.dtype !== "float32" ? 1 : threadsFor(rows * n, manyElements);
  if (threads === 1) return false;
  const size = Math.ceil(rows / (4 * threads));
  const padding = new Array<number>(rowAddresses - addresses.length).fill(0);
  const words = [size, rows, rowFunctions.indexOf(name), n, ...addresses, ...padding, ...doubleWords(number), flag];
  runJob(wasm, "rows", threads, Math.ceil(rows / size), words);
  return true;
}
