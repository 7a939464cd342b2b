/**
 * Allocates and frees the memory of tensors. User code frees nothing: each time a budget of bytes has been allocated, a garbage collection in the middle
 * of the program finds dead storages, and their blocks are free again. Where the runtime has no such collection, finalizers free blocks between tasks;
 * the arena is smaller then, and what does not fit it is an ordinary array, which V8 frees. Small storages share a block. Temporaries, to which only the
 * engine refers, are freed by the engine.
 */

import { ambient, restoring } from "../../platform/ambient.ts";
import { type Collector, collector } from "../../platform/collect.ts";
import type { SharedMemory } from "../../platform/shared.ts";
import type { NumericArray } from "../dtype.ts";
import { Arena, bytesOf, classOf } from "./arena.ts";
import { type BlockRecord, BlockToken, Generations } from "./generations.ts";
import { outOfMemory } from "./out-of-memory.ts";
import type { Storage } from "./storage.ts";
import { SweepSchedule } from "./sweep-schedule.ts";

/** Storages of up to so many bytes share a block, which is free when all of them are dead. */
const largestShared = 4096;
const slotsFor = (slotBytes: number): number => (slotBytes > 2048 ? 8 : 16);
/** Largest arena where only finalizers free blocks: nothing in it is found dead before the task ends. */
const arenaWithoutCollector = 2 ** 28;

let arena: Arena | null | undefined;
let generations = new Generations();
/** Shared blocks with slots that are not allocated yet, by the size class of the slots. */
let openBlocks: (BlockToken | undefined)[] = [];
const schedule = new SweepSchedule();
/** `undefined` until the first budget is used up: finding out costs a collection. */
let collect: Collector | null | undefined;
let finalizers: FinalizationRegistry<BlockRecord> | null = null;

/** Temporaries of the backward pass that runs. After a program was terminated, the next sweep frees them. */
const current = ambient(
  () => ({ temporaries: null as Storage[] | null }),
  ({ temporaries }) => temporaries?.forEach(expose),
);

const owner: unique symbol = Symbol("storage");

/** Keeps the storage alive as long as the view of it. A WeakMap would keep both until the next major collection. */
export const keepAlive = (view: NumericArray & { [owner]?: Storage }, storage: Storage): void => {
  view[owner] = storage;
};

let poisoned = false;

/** Returns whether the engine runs in poison mode: see `setPoison`. */
export const isPoisoned = (): boolean => poisoned;

/**
 * Switches poison mode, a setting for tests that shows uses of freed memory: freed blocks are filled with NaN and not allocated again before
 * `releasePoisoned`, and tensors of up to 64 bytes are in the arena and die like larger ones.
 */
export function setPoison(on: boolean): void {
  poisoned = on;
  if (arena) arena.poison = on;
}

/** Lets blocks that were freed in poison mode be allocated again, at the end of a test. */
export const releasePoisoned = (): void => arena?.releasePoisoned();

function useArena(): Arena | null {
  if (arena === undefined)
    try {
      arena = new Arena();
      arena.poison = poisoned;
    } catch {
      arena = null;
    }
  return arena;
}

/** Returns the memory that fast kernels read and write; `null` where the runtime has no shared WebAssembly memory. */
export const sharedMemory = (): SharedMemory | null => useArena()?.memory ?? null;

/** Returns the buffer of that memory, which must exist. It is another one after the memory has grown. */
export const sharedBuffer = (): SharedArrayBuffer => (useArena() as Arena).buffer;

declare const performance: { now(): number };

/** Frees the blocks of all dead storages: a major sweep. */
export function sweep(): void {
  const home = useArena();
  if (home === null) return;
  const began = performance.now();
  openBlocks = [];
  if (!canCollect()) useFinalizers(home);
  else generations.majorSweep(collect as Collector, (record) => release(home, record));
  schedule.majorDone(began, performance.now(), home.usedBytes, hasMinor());
}

/** Frees the blocks of dead storages of the young generation, or of both when enough was tenured or there are no minor collections. */
function scheduledSweep(home: Arena): void {
  // the first sweep is a major one: what was allocated before the collector was made is in the old generation
  const minor = collect?.minor ?? null;
  if (minor === null || schedule.needsMajor) {
    sweep();
    return;
  }
  const tenuredBytes = generations.minorSweep(minor, (record) => release(home, record));
  schedule.minorDone(tenuredBytes, home.usedBytes);
}

/** Frees the blocks that a terminated program had allocated and not given to a storage yet. */
export function reclaim(): void {
  if (!arena) return;
  sweep();
  if (finalizers === null) arena.keepOnly(generations.blocks());
}

function release(home: Arena, record: BlockRecord): void {
  if (record.address > 0) home.free(record.address, record.sizeClass);
  record.address = 0;
}

/** Lets finalizers free blocks from now on. */
function useFinalizers(home: Arena): void {
  if (finalizers !== null) return;
  finalizers = new FinalizationRegistry((record) => release(home, record));
  for (const token of generations.tokens()) finalizers.register(token, token.record);
  generations = new Generations();
}

const hasMinor = (): boolean => (collect?.minor ?? null) !== null;

/** Whether storages that user code can refer to are to be ordinary arrays, because the arena is at its limit. */
const isCrowded = (home: Arena): boolean => finalizers !== null && home.usedBytes > arenaWithoutCollector;

function track(token: BlockToken): BlockToken {
  // with finalizers there are no generations: their WeakRefs would keep targets alive until the job ends
  if (finalizers === null) generations.add(token, hasMinor());
  else finalizers.register(token, token.record);
  return token;
}

/** Returns the address of a block, after a sweep if the memory is full. @throws MemoryError when it is full of reachable tensors. */
function allocateBlock(home: Arena, sizeClass: number): number {
  let address = home.allocate(sizeClass);
  if (address === 0) {
    sweep();
    address = home.allocate(sizeClass);
  }
  if (address === 0) throw outOfMemory(bytesOf(sizeClass), home.usedBytes, generations.tokens());
  return address;
}

/** Returns the address of a block that a sweep will free. Sweeps before if the budget is used up. */
function allocateSwept(home: Arena, sizeClass: number): number {
  const bytes = bytesOf(sizeClass);
  if (schedule.isDue(bytes)) scheduledSweep(home);
  schedule.allocated(bytes);
  return allocateBlock(home, sizeClass);
}

/** Gives the storage a block, or a slot of a shared one, with undefined contents; returns `false` where it is to be an ordinary array. */
export function allocateIn(s: Storage): boolean {
  const home = useArena();
  if (home === null) return false;
  // addresses have 32 bits, and size classes of more bytes would not fit
  if (s.bytes > 2 ** 32) throw outOfMemory(s.bytes, home.usedBytes, generations.tokens());
  const sizeClass = classOf(s.bytes);
  s.sizeClass = sizeClass;
  const { temporaries } = current;
  if (temporaries !== null) {
    s.address = allocateBlock(home, sizeClass);
    temporaries.push(s);
    return true;
  }
  if (isCrowded(home)) return false;
  const bytes = bytesOf(sizeClass);
  if (bytes > largestShared) {
    s.address = allocateSwept(home, sizeClass);
    s.token = track(new BlockToken(s.address, sizeClass, bytes, s));
    return true;
  }
  const slots = slotsFor(bytes);
  let token = openBlocks[sizeClass];
  if (token === undefined || token.usedSlots === slots) {
    const whole = classOf(bytes * slots);
    token = track(new BlockToken(allocateSwept(home, whole), whole, bytes * slots, null));
    openBlocks[sizeClass] = token;
  }
  s.token = token;
  s.address = token.record.address + token.usedSlots++ * bytes;
  return true;
}

/** Frees the elements of a storage that will not be read again. */
export function free(s: Storage): void {
  if (s.address <= 0) return;
  const { address, token } = s;
  s.leaveArena(null);
  if (!arena) return;
  if (token === null) arena.free(address, s.sizeClass);
  else if (token.storage === s) {
    release(arena, token.record);
    schedule.freed(bytesOf(s.sizeClass));
  } else if (poisoned) arena.poisonPart(address, bytesOf(s.sizeClass));
}

/** Scratch memory, which `freeScratch` frees. */
export interface Block {
  readonly address: number;
  readonly sizeClass: number;
}

/** Returns a block of scratch memory with undefined contents. @throws Error where there is no arena. */
export function allocateScratch(bytes: number): Block {
  const home = useArena();
  if (home === null) throw new Error("no shared memory");
  const sizeClass = classOf(bytes);
  return { address: allocateBlock(home, sizeClass), sizeClass };
}

/** Frees a block of scratch memory. */
export const freeScratch = ({ address, sizeClass }: Block): void => useArena()?.free(address, sizeClass);

/** Returns the address of memory that is never freed, and not counted as used. @throws Error where there is no arena. */
export function allocatePermanent(bytes: number): number {
  const address = useArena()?.allocatePermanent(bytes) ?? 0;
  if (address === 0) throw new Error("no shared memory");
  return address;
}

/** Returns whether only the engine refers to the storage, which has a block then that no sweep frees. */
export const isTemporary = (s: Storage): boolean => s.address > 0 && s.token === null;

/** Makes an ordinary storage of a temporary, which a sweep frees; necessary before user code can refer to it. */
export function expose(s: Storage): void {
  if (!isTemporary(s)) return;
  const home = useArena();
  if (home !== null && isCrowded(home)) {
    const { address, sizeClass } = s;
    s.leaveArena(s.array.slice());
    home.free(address, sizeClass);
    return;
  }
  const bytes = bytesOf(s.sizeClass);
  // a program that only keeps results of walks allocates nothing else that would begin a sweep
  if (home !== null && schedule.isDue(bytes)) scheduledSweep(home);
  schedule.allocated(bytes);
  s.token = track(new BlockToken(s.address, s.sizeClass, bytes, s));
}

/**
 * Makes temporaries of the storages that are allocated from now on, and adds them to `list`, whose owner frees or exposes each; with `null`, storages
 * are ordinary again. Returns the list until then.
 */
export function recordTemporaries(list: Storage[] | null): Storage[] | null {
  const before = current.temporaries;
  current.temporaries = list;
  return before;
}

/** Returns whether the storage is in the list of temporaries that is being recorded. */
export const isNewTemporary = (s: Storage): boolean => current.temporaries?.includes(s) === true;

/** Returns whether dead storages can be found in the middle of a program. */
export function canCollect(): boolean {
  if (collect === undefined) collect = collector();
  return collect !== null;
}

/** Memory of tensors, in bytes. */
export interface MemoryState {
  /** Bytes of blocks that are in use or not yet known to be free. */
  readonly used: number;
  /** The most bytes that blocks have reached up to. */
  readonly reached: number;
  /** Number of sweeps for dead tensors. */
  readonly sweeps: number;
}

export const memoryState = (): MemoryState => ({
  used: arena?.usedBytes ?? 0,
  reached: arena?.reachedBytes ?? 0,
  sweeps: schedule.count,
});

/** Returns the storages of more than 4 kB that are alive, after a sweep, and the bytes of the blocks that smaller ones share. */
export function liveStorages(): { readonly storages: readonly Storage[]; readonly sharedBytes: number } {
  sweep();
  const tokens = generations.tokens();
  const shared = tokens.filter(({ storage }) => storage === null);
  return {
    storages: tokens.flatMap(({ storage }) => (storage === null || storage.address <= 0 ? [] : [storage])),
    sharedBytes: shared.reduce((sum, { record }) => sum + record.bytes, 0),
  };
}

/** Runs `body` with another, empty arena, for tests. Fast kernels cannot run in it: their memory is that of the first arena. */
export function withArena<T>(other: Arena, body: () => T): T {
  const before = { arena: useArena(), generations, openBlocks };
  const within = (): T => {
    [arena, generations, openBlocks] = [other, new Generations(), []];
    return body();
  };
  return restoring(within, () => ({ arena, generations, openBlocks } = before));
}
