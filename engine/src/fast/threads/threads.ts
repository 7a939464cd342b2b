/** Sharing work among threads. */
import { remoteProduct } from "../../platform/blas.ts";
import type { SharedMemory } from "../../platform/shared.ts";
import { startThread } from "../../platform/threads.ts";
import { allocatePermanent, sharedMemory } from "../../tensor/storage/memory.ts";
import type { Strided } from "../../tensor/strided.ts";
import { nativeBlas } from "../linalg/blas.ts";
import { type Kernels, kernels, kernelVariant } from "../wasm/module.ts";
import { balance, type Chunks, cut } from "./sharing.ts";

declare const performance: { now(): number };

/** Looks for more work before a thread sleeps: some tens of microseconds, about as long as it takes to wake a thread. */
const patience = 40_000;
/** Looks for the end of the others' chunks before the caller sleeps, and microseconds of each sleep. */
const looks = 100_000;
const nap = 100;
/** Milliseconds in which a thread starts, or longer. */
const startTime = 100;

const threadCode = `
const { module, memory, job, thread, patience, own, wide, blas } = workerData;
${remoteProduct}
const env = { memory, abort() {}, sin: Math.sin, cos: Math.cos, log: Math.log, product };
const { ownBytes, prepare, serve, useNative } = new WebAssembly.Instance(module, { env }).exports;
prepare(own + thread * ownBytes.value, wide);
useNative(blas === null ? 0 : 1);
serve(job, thread, patience);
`;

let started = 1;
let job = 0;

/** Starts the threads that are missing. */
function start(count: number): void {
  const memory = sharedMemory();
  const wasm = kernels();
  if (memory === null || wasm === null) return;
  const { module, own } = wasm;
  const wide = Number(kernelVariant() === "wide");
  const blas = nativeBlas()?.remote ?? null;
  reserveJob();
  // what is shared while they start tells nothing of the gain
  balance.pause(performance.now() + startTime);
  while (started < count) {
    // counted first: were this terminated on its way, another thread would get the same number and memory
    const thread = started++;
    if (startThread(threadCode, { module, memory, job, thread, patience, own, wide, blas })) continue;
    started = thread;
    return;
  }
}

/** What a job is, by the number that the module knows it by. */
const kinds = ["product", "elementwise", "conv", "attention", "rows", "sum", "step", "lstm"] as const;
export type JobKind = (typeof kinds)[number];

/** The ticket and its neighbours, then the words. */
const headerBytes = 64;
const mostWords = 64;

/**
 * Runs a job of some chunks, described by its words: numbers of 32 bits. Where one thread does it, `alone` may do so in another way, with the same result.
 */
export function runJob(
  wasm: Kernels,
  kind: JobKind,
  { threads, chunks, nanoseconds }: Chunks,
  words: readonly number[],
  alone: (() => void) | null = null,
): void {
  const number = kinds.indexOf(kind);
  if (threads === 1 || chunks < 2) {
    runAlone(wasm, number, chunks, words, alone);
    return;
  }
  if (started < threads) start(threads);
  // jobs of a kind that take the same time are the same kind of work
  const work = number + kinds.length * Math.round(nanoseconds);
  const began = performance.now();
  const shared = balance.shares(work, began);
  if (shared) share(wasm, number, chunks, threads, words);
  else runAlone(wasm, number, chunks, words, alone);
  const ended = performance.now();
  balance.record(work, ended, ended - began, shared);
}

function runAlone(
  wasm: Kernels,
  number: number,
  chunks: number,
  words: readonly number[],
  alone: (() => void) | null,
): void {
  if (alone !== null) alone();
  else {
    write(number, words);
    wasm.runAlone(job, chunks);
  }
}

/** Reserves the block of memory of the jobs. */
function reserveJob(): void {
  if (job !== 0) return;
  const address = allocatePermanent(headerBytes + 4 * mostWords);
  memoryInts().fill(0, address / 4, (address + headerBytes) / 4 + mostWords);
  job = address;
}

/** Writes the words of a job into its block. */
function write(number: number, words: readonly number[]): void {
  reserveJob();
  const memory = memoryInts();
  const first = (job + headerBytes) / 4;
  memory[first] = number;
  for (let i = 0; i < words.length; i++) memory[first + 1 + i] = words[i];
}

/** Runs a job's chunks with other threads. */
function share(wasm: Kernels, number: number, chunks: number, threads: number, words: readonly number[]): void {
  write(number, words);
  wasm.offer(job, chunks, Math.min(threads, started));
  let own = 0;
  while (wasm.runFirst(job)) own++;
  while (!wasm.isFinished(job, chunks - own, looks)) wasm.rest(job, chunks - own, nap);
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
  "maxPool",
  "maxPoolGrad",
] as const;
export type RowFunction = (typeof rowFunctions)[number];

/** Nanoseconds that each takes for an element. */
const rowCosts: Readonly<Record<RowFunction, number>> = {
  softmax: 0.6,
  softmaxGrad: 0.4,
  logSoftmax: 0.7,
  logSoftmaxGrad: 0.8,
  norm: 0.6,
  lstm: 5,
  lstmGrad: 8,
  sum: 0.1,
  maxPool: 0.6,
  maxPoolGrad: 0.8,
};
/** Words of addresses, before the number and the flag. */
const rowAddresses = 8;

/** Shares work on rows of n elements of a tensor's dtype, at these addresses; returns `false` where one thread should do it. */
export function shareRows(
  wasm: Kernels,
  { storage }: Strided,
  name: RowFunction,
  rows: number,
  n: number,
  addresses: readonly number[],
  number = 0,
  flag = 0,
  sizes: readonly number[] = [],
): boolean {
  if (storage.dtype !== "float32") return false;
  const parts = cut(rows, n * rowCosts[name]);
  if (parts.threads === 1) return false;
  const padding = new Array<number>(rowAddresses - addresses.length).fill(0);
  const { size } = parts;
  const words = [
    size,
    rows,
    rowFunctions.indexOf(name),
    n,
    ...addresses,
    ...padding,
    ...doubleWords(number),
    flag,
    ...sizes,
  ];
  runJob(wasm, "rows", parts, words);
  return true;
}
