/**
 * The block of memory through which threads share a job: byte offsets of its header and of the words that describe the job.
 *
 * The ticket says which chunks are left: 12 bits of the job's number, 10 bits of the first chunk left, 10 bits of the chunk behind the last.
 */

export const ticket = 0;
/** The job's number above 10 bits that count the chunks which other threads have finished. */
export const finished = 4;
/** Number of threads that sleep. */
export const sleepers = 8;
/** Threads with this number or a higher one leave the job alone. */
export const threadLimit = 12;
/** Number of threads, the caller excluded, that take a chunk or work on one. */
export const active = 16;
/** Whether the caller sleeps until other threads are done. */
export const callerSleeps = 20;
/** The serial number of the job, which is never 0. */
export const serial = 24;
/** Where the job's words begin. */
export const words = 64;
/** Bytes of header and words. */
export const size = 320;

/** Bits of a chunk's number in the ticket, and the largest such number. */
export const chunkBits = 10;
export const maxChunks = 1023;
/** The lowest bit of the job's number in the ticket, and the largest such number. */
export const numberShift = 20;
export const numberMask = 4095;
