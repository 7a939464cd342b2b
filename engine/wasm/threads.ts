/**
 * Work on one job by several threads. A job is cut into chunks; its block of memory holds a ticket that says which chunks are left, some
 * counters, and the job's words. Whoever changes the ticket owns a chunk. The caller takes chunks from the front and the other threads from the
 * back: neighbouring jobs on the same tensors then find each thread's part in its own cache. The caller takes all that is left, so a
 * thread that has not begun is never waited for. Which thread runs a chunk does not change its result.
 */
import { attentionChunk } from "./attention";
import { convChunk } from "./conv";
import { elementwiseChunk } from "./elementwise";
import { productChunk } from "./gemm";
import { lstmChunk } from "./lstm";
import { rowsChunk, stepChunk, sumChunk } from "./shares";

/** Offsets in the block. DONE: 12 bits of the job's number, 10 of the chunks that other threads have finished. */
const DONE: usize = 4;
/** How many threads sleep, and whether the caller does. */
const SLEEPERS: usize = 8;
const WAITING: usize = 20;
/** Threads from this number on have to leave the job alone. */
const LIMIT: usize = 12;
/** How many threads, the caller apart, are about to take a chunk or work on one. */
const ACTIVE: usize = 16;
/** Counts the jobs. */
const SERIAL: usize = 24;
const WORDS: usize = 64;

/** A ticket: 12 bits of the job's number, 10 of the first chunk that is left, 10 of the chunk behind the last. */
// @ts-ignore: decorator
@inline
function firstOf(ticket: i32): i32 {
  return (ticket >>> 10) & 1023;
}
// @ts-ignore: decorator
@inline
function endOf(ticket: i32): i32 {
  return ticket & 1023;
}
// @ts-ignore: decorator
@inline
function isOpen(ticket: i32): bool {
  return firstOf(ticket) < endOf(ticket);
}

/** The first word says what kind of job it is. */
function run(job: usize, chunk: i32, thread: i32): void {
  const words = job + WORDS;
  const kind = load<i32>(words);
  if (kind == 0) productChunk(words, chunk, load<i32>(job, SERIAL));
  else if (kind == 1) elementwiseChunk(words, chunk);
  else if (kind == 2) convChunk(words, chunk, thread);
  else if (kind == 3) attentionChunk(words, chunk, thread);
  else if (kind == 4) rowsChunk(words, chunk);
  else if (kind == 5) sumChunk(words, chunk);
  else if (kind == 6) stepChunk(words, chunk);
  else lstmChunk(words, chunk);
}

/** The next serial number: never 0. */
// @ts-ignore: decorator
@inline
function count(job: usize): void {
  store<i32>(job, max(1, load<i32>(job, SERIAL) + 1), SERIAL);
}

/** Runs all chunks of a job whose words are written. */
export function runAlone(job: usize, chunks: i32): void {
  count(job);
  for (let chunk = 0; chunk < chunks; chunk++) run(job, chunk, 0);
}

/** Offers a job whose words are written to so many threads, the caller included. */
export function offer(job: usize, chunks: i32, threads: i32): void {
  const number = ((atomic.load<i32>(job) >>> 20) + 1) & 4095;
  count(job);
  atomic.store<i32>(job, threads, LIMIT);
  atomic.store<i32>(job, number << 10, DONE);
  atomic.store<i32>(job, (number << 20) | chunks);
  if (atomic.load<i32>(job, SLEEPERS) > 0) atomic.notify(job, -1);
}

/** Runs the first chunk that is left; `false` where there is none. */
export function runFirst(job: usize): bool {
  while (true) {
    const ticket = atomic.load<i32>(job);
    if (!isOpen(ticket)) return false;
    if (atomic.cmpxchg<i32>(job, ticket, ticket + 1024) != ticket) continue;
    run(job, firstOf(ticket), 0);
    return true;
  }
}

/** Whether the other threads have finished so many chunks, after some looks at most. */
export function isFinished(job: usize, chunks: i32, looks: i32): bool {
  while ((atomic.load<i32>(job, DONE) & 1023) < chunks) if (--looks < 0) return false;
  return true;
}

/**
 * Sleeps until another thread has finished a chunk, or for some microseconds. A processor that falls idle can take over a thread that waits for its
 * turn on another one.
 */
export function rest(job: usize, chunks: i32, microseconds: i32): void {
  atomic.store<i32>(job, 1, WAITING);
  const done = atomic.load<i32>(job, DONE);
  if ((done & 1023) < chunks) atomic.wait<i32>(job + DONE, done, <i64>microseconds * 1000);
  atomic.store<i32>(job, 0, WAITING);
}

/** Notes that a chunk of a job is finished, unless the job was given up: another number is then there. */
function finish(job: usize, number: i32): void {
  while (true) {
    const done = atomic.load<i32>(job, DONE);
    if (done >>> 10 != number || atomic.cmpxchg<i32>(job, done, done + 1, DONE) == done) break;
  }
  if (atomic.load<i32>(job, WAITING) != 0) atomic.notify(job + DONE, 1);
}

/** Takes chunks from the back until there are none. */
function help(job: usize, thread: i32): void {
  atomic.add<i32>(job, 1, ACTIVE);
  while (true) {
    const ticket = atomic.load<i32>(job);
    if (!isOpen(ticket) || thread >= atomic.load<i32>(job, LIMIT)) break;
    if (atomic.cmpxchg<i32>(job, ticket, ticket - 1) != ticket) continue;
    run(job, endOf(ticket) - 1, thread);
    finish(job, ticket >>> 20);
  }
  atomic.sub<i32>(job, 1, ACTIVE);
}

/** The loop of a thread: helps, looks for more work for a while, and sleeps. */
export function serve(job: usize, thread: i32, patience: i32): void {
  let idle = 0;
  while (true) {
    const ticket = atomic.load<i32>(job);
    if (isOpen(ticket) && thread < atomic.load<i32>(job, LIMIT)) {
      help(job, thread);
      idle = 0;
    } else if (++idle > patience) {
      atomic.add<i32>(job, 1, SLEEPERS);
      atomic.wait<i32>(job, ticket, -1);
      atomic.sub<i32>(job, 1, SLEEPERS);
      idle = 0;
    }
  }
}
