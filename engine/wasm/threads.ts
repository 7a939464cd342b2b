/**
 * Work on one job by several threads. A job is cut into chunks; its block of memory holds a ticket (number of the job, chunks in all, next
 * chunk), the chunks that are done, how many threads sleep, and the job's words. Whoever raises the ticket has a chunk: the caller takes
 * chunks like every other thread, and never waits for one that sleeps. Which thread works on a chunk does not change its result.
 */
import { attentionChunk } from "./attention";
import { convChunk } from "./conv";
import { elementwiseChunk } from "./elementwise";
import { productChunk, useNative } from "./gemm";
import { rowsChunk, stepChunk, sumChunk } from "./shares";

/** Offsets in the block. */
const DONE: usize = 4;
const SLEEPERS: usize = 8;
/** How many threads, the caller apart, are about to take a chunk or work on one. */
const ACTIVE: usize = 16;
/** Threads from this number on have to leave the job alone. */
const LIMIT: usize = 12;
const WORDS: usize = 64;

/** A ticket: 12 bits of the job's number, 10 of chunks in all, 10 of the next chunk. */
// @ts-ignore: decorator
@inline
function chunksOf(ticket: i32): i32 {
  return (ticket >>> 10) & 1023;
}
// @ts-ignore: decorator
@inline
function nextOf(ticket: i32): i32 {
  return ticket & 1023;
}

/** The first word says what kind of job it is. */
function run(job: usize, chunk: i32, thread: i32): void {
  const words = job + WORDS;
  const kind = load<i32>(words);
  if (kind == 0) productChunk(words, chunk);
  else if (kind == 1) elementwiseChunk(words, chunk);
  else if (kind == 2) convChunk(words, chunk, thread);
  else if (kind == 3) attentionChunk(words, chunk, thread);
  else if (kind == 4) rowsChunk(words, chunk);
  else if (kind == 5) sumChunk(words, chunk);
  else stepChunk(words, chunk);
}

/** Takes chunks until there are none. */
function work(job: usize, thread: i32): bool {
  if (thread == 0) return takeChunks(job, 0);
  atomic.add<i32>(job, 1, ACTIVE);
  const worked = takeChunks(job, thread);
  atomic.sub<i32>(job, 1, ACTIVE);
  return worked;
}

function takeChunks(job: usize, thread: i32): bool {
  let worked = false;
  while (true) {
    const ticket = atomic.load<i32>(job);
    if (nextOf(ticket) >= chunksOf(ticket) || thread >= atomic.load<i32>(job, LIMIT)) return worked;
    if (atomic.cmpxchg<i32>(job, ticket, ticket + 1) != ticket) continue;
    worked = true;
    run(job, nextOf(ticket), thread);
    // a job that was given up has another number by now
    while (true) {
      const done = atomic.load<i32>(job, DONE);
      if (done >>> 10 != ticket >>> 20 || atomic.cmpxchg<i32>(job, done, done + 1, DONE) == done) break;
    }
  }
}

/** Runs a job whose words are written: alone, or with those of so many threads who are awake. */
export function dispatch(job: usize, chunks: i32, threads: i32): void {
  if (threads == 1) {
    for (let chunk = 0; chunk < chunks; chunk++) run(job, chunk, 0);
    return;
  }
  atomic.store<i32>(job, threads, LIMIT);
  const number = ((atomic.load<i32>(job) >>> 20) + 1) & 4095;
  atomic.store<i32>(job, number << 10, DONE);
  atomic.store<i32>(job, (number << 20) | (chunks << 10));
  if (atomic.load<i32>(job, SLEEPERS) > 0) atomic.notify(job, -1);
  // the other threads have no host to ask, and a chunk must not depend on who works on it
  const native = useNative(false);
  work(job, 0);
  useNative(native);
  while ((atomic.load<i32>(job, DONE) & 1023) < chunks) {}
}

/** What a thread does for ever: works, looks for more for a while, and sleeps. */
export function serve(job: usize, thread: i32, patience: i32): void {
  let idle = 0;
  while (true) {
    if (work(job, thread)) idle = 0;
    if (++idle < patience) continue;
    const ticket = atomic.load<i32>(job);
    if (nextOf(ticket) < chunksOf(ticket) && thread < atomic.load<i32>(job, LIMIT)) continue;
    atomic.add<i32>(job, 1, SLEEPERS);
    atomic.wait<i32>(job, ticket, -1);
    atomic.sub<i32>(job, 1, SLEEPERS);
    idle = 0;
  }
}
