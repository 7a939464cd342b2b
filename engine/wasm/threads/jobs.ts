/**
 * Jobs that threads share. A job is cut into chunks. Its block of memory (`engine/src/fast/abi/jobs/header.ts`) holds a ticket that says which chunks are
 * left, some counters, and the words that describe the job. A thread takes a chunk by changing the ticket: the caller from the front, other threads from the
 * back, so that in consecutive jobs on the same tensors each thread finds its part in its own cache. The caller takes all chunks that are left, so it never
 * waits for a thread that has not begun. The result of a chunk does not depend on the thread that runs it.
 */
import * as Kind from "../../src/fast/abi/codes/job-kind";
import * as Header from "../../src/fast/abi/jobs/header";
import { runElementwiseChunk } from "../elementwise/job";
import { runAttentionChunk } from "../functional/attention";
import { runConvChunk } from "../functional/conv";
import { runLstmChunk } from "../functional/lstm";
import { runProductChunk } from "../linalg/job";
import { runOptimizerChunk } from "../optim/job";
import { runSumChunk } from "../reduce/job";
import { runRowsChunk } from "./rows-job";

/** Returns the first chunk of a ticket that is left. */
// @ts-ignore: decorator
@inline
function firstOf(ticket: i32): i32 {
  return (ticket >>> Header.chunkBits) & Header.maxChunks;
}

/** Returns the chunk behind the last of a ticket. */
// @ts-ignore: decorator
@inline
function endOf(ticket: i32): i32 {
  return ticket & Header.maxChunks;
}

/** Whether chunks of a ticket are left. */
// @ts-ignore: decorator
@inline
function isOpen(ticket: i32): bool {
  return firstOf(ticket) < endOf(ticket);
}

/** Runs a chunk by the job's kind, its first word. */
function runChunk(job: usize, chunk: i32, thread: i32): void {
  const words = job + Header.words;
  const kind = load<i32>(words);
  if (kind == Kind.product) runProductChunk(words, chunk, load<i32>(job, Header.serial));
  else if (kind == Kind.elementwise) runElementwiseChunk(words, chunk);
  else if (kind == Kind.conv) runConvChunk(words, chunk, thread);
  else if (kind == Kind.attention) runAttentionChunk(words, chunk, thread);
  else if (kind == Kind.rows) runRowsChunk(words, chunk);
  else if (kind == Kind.sum) runSumChunk(words, chunk);
  else if (kind == Kind.optimizer) runOptimizerChunk(words, chunk);
  else if (kind == Kind.lstm) runLstmChunk(words, chunk);
}

/** Gives the job the next serial number, which is never 0. */
// @ts-ignore: decorator
@inline
function numberJob(job: usize): void {
  store<i32>(job, max(1, load<i32>(job, Header.serial) + 1), Header.serial);
}

/** Runs all chunks of a job whose words are written, on this thread. */
export function runAlone(job: usize, chunks: i32): void {
  numberJob(job);
  for (let chunk = 0; chunk < chunks; chunk++) runChunk(job, chunk, 0);
}

/** Offers a job whose words are written to `threads` threads, the caller included. */
export function offer(job: usize, chunks: i32, threads: i32): void {
  const number = ((atomic.load<i32>(job) >>> Header.numberShift) + 1) & Header.numberMask;
  numberJob(job);
  atomic.store<i32>(job, threads, Header.threadLimit);
  atomic.store<i32>(job, number << Header.chunkBits, Header.finished);
  atomic.store<i32>(job, (number << Header.numberShift) | chunks);
  if (atomic.load<i32>(job, Header.sleepers) > 0) atomic.notify(job, -1);
}

/** Runs the first chunk that is left, and returns whether there was one. */
export function runFirst(job: usize): bool {
  while (true) {
    const ticket = atomic.load<i32>(job);
    if (!isOpen(ticket)) return false;
    if (atomic.cmpxchg<i32>(job, ticket, ticket + (1 << Header.chunkBits)) != ticket) continue;
    runChunk(job, firstOf(ticket), 0);
    return true;
  }
}

/** Whether other threads have finished `chunks` chunks, by reading the counter up to `polls` times more. */
export function isFinished(job: usize, chunks: i32, polls: i32): bool {
  while ((atomic.load<i32>(job, Header.finished) & Header.maxChunks) < chunks) if (--polls < 0) return false;
  return true;
}

/**
 * Lets the caller sleep until another thread has finished a chunk, or for some microseconds. On a busy machine, that thread may be waiting for the caller's
 * processor.
 */
export function waitForChunk(job: usize, chunks: i32, microseconds: i32): void {
  atomic.store<i32>(job, 1, Header.callerSleeps);
  const finished = atomic.load<i32>(job, Header.finished);
  if ((finished & Header.maxChunks) < chunks) atomic.wait<i32>(job + Header.finished, finished, <i64>microseconds * 1000);
  atomic.store<i32>(job, 0, Header.callerSleeps);
}

/** Counts a finished chunk, unless the job was withdrawn: the counter then has another number. */
function countFinished(job: usize, number: i32): void {
  while (true) {
    const finished = atomic.load<i32>(job, Header.finished);
    if (finished >>> Header.chunkBits != number || atomic.cmpxchg<i32>(job, finished, finished + 1, Header.finished) == finished) break;
  }
  if (atomic.load<i32>(job, Header.callerSleeps) != 0) atomic.notify(job + Header.finished, 1);
}

/** Runs chunks from the back until none is left. */
function help(job: usize, thread: i32): void {
  atomic.add<i32>(job, 1, Header.active);
  while (true) {
    const ticket = atomic.load<i32>(job);
    if (!isOpen(ticket) || thread >= atomic.load<i32>(job, Header.threadLimit)) break;
    if (atomic.cmpxchg<i32>(job, ticket, ticket - 1) != ticket) continue;
    runChunk(job, endOf(ticket) - 1, thread);
    countFinished(job, ticket >>> Header.numberShift);
  }
  atomic.sub<i32>(job, 1, Header.active);
}

/** Runs a worker thread: it runs chunks, polls for the next job up to `polls` times, and then sleeps until there is one. Never returns. */
export function serve(job: usize, thread: i32, polls: i32): void {
  let idle = 0;
  while (true) {
    const ticket = atomic.load<i32>(job);
    if (isOpen(ticket) && thread < atomic.load<i32>(job, Header.threadLimit)) {
      help(job, thread);
      idle = 0;
    } else if (++idle > polls) {
      atomic.add<i32>(job, 1, Header.sleepers);
      atomic.wait<i32>(job, ticket, -1);
      atomic.sub<i32>(job, 1, Header.sleepers);
      idle = 0;
    }
  }
}
