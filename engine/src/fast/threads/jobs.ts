/** Jobs: work that is cut into chunks and shared with worker threads, described to WebAssembly by words in a block of memory. */
import { allocatePermanent } from "../../tensor/storage/memory.ts";
import * as JobKind from "../abi/codes/job-kind.ts";
import * as Header from "../abi/jobs/header.ts";
import type { Kernels } from "../wasm/module.ts";
import { memoryInts } from "../wasm/operands.ts";
import { balance } from "./balance.ts";
import type { Chunks } from "./chunks.ts";
import { startWorkers } from "./workers.ts";

declare const performance: { now(): number };

/** Number of times that the caller polls for the end of other threads' chunks before it sleeps, and microseconds of each sleep. */
const polls = 100_000;
const sleepTime = 100;

const kindCount = Object.keys(JobKind).length;

/** Address of the block of the jobs, or 0 before the first one. */
let block = 0;

/**
 * Runs a job of a kind of `job-kind` whose words are in the order of their layout; word 0 is set to the kind. On one thread, `alone` may do the work in
 * another way with the same result.
 */
export function runJob(
  wasm: Kernels,
  kind: number,
  words: readonly number[],
  { threads, chunks, nanoseconds }: Chunks,
  alone: (() => void) | null = null,
): void {
  if (threads === 1 || chunks < 2) {
    runAlone(wasm, kind, words, chunks, alone);
    return;
  }
  allocateBlock();
  const available = Math.min(threads, startWorkers(threads, block));
  // jobs of a kind that take the same time count as the same kind of work
  const work = kind + kindCount * Math.round(nanoseconds);
  const began = performance.now();
  const shared = balance.shares(work, began);
  if (shared) share(wasm, kind, words, chunks, available);
  else runAlone(wasm, kind, words, chunks, alone);
  const ended = performance.now();
  balance.record(work, ended, ended - began, shared);
}

function runAlone(
  wasm: Kernels,
  kind: number,
  words: readonly number[],
  chunks: number,
  alone: (() => void) | null,
): void {
  if (alone !== null) {
    alone();
    return;
  }
  writeJob(kind, words);
  wasm.runAlone(block, chunks);
}

/** Allocates the block of the jobs on first use. */
function allocateBlock(): void {
  if (block !== 0) return;
  const address = allocatePermanent(Header.size);
  memoryInts().fill(0, address / 4, (address + Header.size) / 4);
  block = address;
}

/** Writes the words of a job into the block. */
function writeJob(kind: number, words: readonly number[]): void {
  allocateBlock();
  const memory = memoryInts();
  const first = (block + Header.words) / 4;
  memory[first] = kind;
  for (let i = 1; i < words.length; i++) memory[first + i] = words[i];
}

/** Runs a job's chunks on the caller and other threads, and waits for the end of all chunks. */
function share(wasm: Kernels, kind: number, words: readonly number[], chunks: number, threads: number): void {
  writeJob(kind, words);
  wasm.offer(block, chunks, threads);
  let own = 0;
  while (wasm.runFirst(block)) own++;
  while (!wasm.isFinished(block, chunks - own, polls)) wasm.waitForChunk(block, chunks - own, sleepTime);
}

/** Withdraws a job whose caller was terminated, and waits until no thread works on it. */
export function withdrawJob(): void {
  if (block === 0) return;
  const memory = memoryInts();
  // the job's number stays in the ticket, and no chunks are left
  Atomics.and(memory, (block + Header.ticket) / 4, Header.numberMask << Header.numberShift);
  while (Atomics.load(memory, (block + Header.active) / 4) > 0);
}
