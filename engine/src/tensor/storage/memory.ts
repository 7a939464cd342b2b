/**
 * When the elements of a tensor may be forgotten. User code never frees anything: each storage in the arena keeps a life, and each time a budget
 * of bytes has been allocated, the dead ones are found by a collection in the middle of the program. Where the runtime has no such collection,
 * they are found between tasks, and what does not fit a smaller arena meanwhile lives in ordinary arrays, which V8 frees. Small storages share
 * a life and its block. What the engine alone knows of, as in a backward pass, it frees at once.
 */

import { ambient, restoring } from "../../platform/ambient.ts";
import { type Collector, collector } from "../../platform/collect.ts";
import type { SharedMemory } from "../../platform/shared.ts";
import { bytesPerElement, type NumericArray } from "../dtype.ts";
import { MemoryError } from "../errors.ts";
import { Arena, bytesOf, classOf } from "./arena.ts";
import { type Entry, Life, Lives } from "./lives.ts";
import type { Storage } from "./storage.ts";

/**
 * Bytes that are allocated between two sweeps of the young: at least this, so that what comes next is written where the cache has it, and half of what is
 * alive.
 */
const smallestBudget = 2 ** 23;
/** Bytes that grow old between two sweeps of all: at least this, and half of what is alive. */
const smallestOldBudget = 2 ** 25;
/** A sweep of all may cost this share of the time since the last one; its budget doubles, up to four times, while it costs more. */
const dearSweep = 0.08;
const largestPatience = 4;
/** Storages up to this size share a block: 8, or 16 of the smaller ones. One that lives keeps it all. */
const sharedBytes = 4096;
const partsOf = (partBytes: number): number => (partBytes > 2048 ? 8 : 16);
/** Without a collector the arena holds so much, as nothing in it is found free before the task ends; the rest lives in ordinary arrays. */
const arenaWithoutCollector = 2 ** 28;

let arena: Arena | null | undefined;
let lives = new Lives();
/** Blocks with parts that are still to be handed out, by the class of the parts. */
let openBlocks: (Life | undefined)[] = [];
let sinceSweep = 0;
let budget = smallestBudget;
let grownOld = 0;
let oldBudget = smallestOldBudget;
let patience = 1;
let lastSweep = 0;
let sweeps = 0;
/** Not asked for before the first budget is used up: the first answer costs a collection. */
let collect: Collector | null | undefined;
let finalizers: FinalizationRegistry<Entry> | null = null;

/** Collects the storages of the walk that is under way; what a terminated one has collected is left to the next sweep. */
const current = ambient(
  () => ({ temporaries: null as Storage[] | null }),
  ({ temporaries }) => temporaries?.forEach(expose),
);

const kept: unique symbol = Symbol("storage");

/** Keeps the storage as long as the view of it. A WeakMap would keep both until the next major collection. */
export const keepAlive = (view: NumericArray & { [kept]?: Storage }, storage: Storage): void => {
  view[kept] = storage;
};

let poisoned = false;

/** Whether the engine runs in poison mode: see `setPoison`. */
export const isPoisoned = (): boolean => poisoned;

/**
 * Switches poison mode, a setting for tests that shows memory that is used after it was freed: freed blocks are filled with NaN and not used again before
 * `releasePoisoned`, and tensors of up to 64 bytes live in the arena and die as larger ones do.
 */
export function setPoison(on: boolean): void {
  poisoned = on;
  if (arena) arena.poison = on;
}

/** Lets memory that was freed in poison mode be used again, at the end of a test. */
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

/** The memory that the kernels work on; `null` where the runtime has no shared WebAssembly memory. */
export const sharedMemory = (): SharedMemory | null => useArena()?.memory ?? null;

declare const performance: { now(): number };

/** Frees the blocks of all that is dead. */
export function sweep(): void {
  const home = useArena();
  if (home === null) return;
  const began = performance.now();
  openBlocks = [];
  if (!canCollect()) withoutCollector(home);
  else lives.sweepAll(collect as Collector, (entry) => release(home, entry));
  const now = performance.now();
  const dear = now - began > dearSweep * (now - lastSweep);
  patience = dear ? Math.min(2 * patience, largestPatience) : 1;
  lastSweep = now;
  settle(home, 0);
}

/** The same for what was made lately, where that can be had for less. */
function sweepYoung(home: Arena): void {
  // those of the time before the collector was asked for count as old
  const young = collect?.young ?? null;
  if (young === null || grownOld > oldBudget) sweep();
  else settle(home, grownOld + lives.sweepYoung(young, (entry) => release(home, entry)));
}

function settle(home: Arena, old: number): void {
  const half = home.usedBytes / 2;
  grownOld = old;
  oldBudget = Math.max(smallestOldBudget * patience, half);
  budget = Math.max(collect?.young ? smallestBudget : smallestOldBudget * patience, half);
  sinceSweep = 0;
  sweeps++;
}

/**
 * For when the program was terminated: frees the blocks that it had taken and given to nobody. Only storages have blocks then.
 */
export function reclaim(): void {
  if (!arena) return;
  sweep();
  if (finalizers === null) arena.keepOnly(lives.blocks());
}

function release(home: Arena, entry: Entry): void {
  if (entry.address > 0) home.free(entry.address, entry.sizeClass);
  entry.address = 0;
}

/** From now on finalizers free, between tasks. */
function withoutCollector(home: Arena): void {
  if (finalizers !== null) return;
  finalizers = new FinalizationRegistry((entry) => release(home, entry));
  for (const life of lives.all()) finalizers.register(life, life.entry);
  lives = new Lives();
}

/** Whether what the program can see had better live outside of the arena. */
const crowded = (home: Arena): boolean => finalizers !== null && home.usedBytes > arenaWithoutCollector;

function enter(life: Life): Life {
  // where finalizers tell, a WeakRef would keep its target for the rest of the job
  if (finalizers === null) lives.add(life, (collect?.young ?? null) !== null);
  else finalizers.register(life, life.entry);
  return life;
}

/** The address of a block, after a sweep if the memory is full. */
function take(home: Arena, sizeClass: number): number {
  let address = home.allocate(sizeClass);
  if (address === 0) {
    sweep();
    address = home.allocate(sizeClass);
  }
  if (address === 0) throw new MemoryError(bytesOf(sizeClass), home.usedBytes, holders());
  return address;
}

/** The same for what the program can see: dead storages are looked for when the budget is used up. */
function takeCounted(home: Arena, sizeClass: number): number {
  const bytes = bytesOf(sizeClass);
  if (sinceSweep + bytes > budget) sweepYoung(home);
  sinceSweep += bytes;
  return take(home, sizeClass);
}

/** Gives the storage a block, with whatever was in it before; `false` where there is no arena. */
export function place(s: Storage): boolean {
  const home = useArena();
  if (home === null) return false;
  const sizeClass = classOf(s.length * bytesPerElement[s.dtype]);
  s.sizeClass = sizeClass;
  const { temporaries } = current;
  if (temporaries !== null) {
    s.address = take(home, sizeClass);
    temporaries.push(s);
    return true;
  }
  if (crowded(home)) return false;
  const partBytes = bytesOf(sizeClass);
  if (partBytes > sharedBytes) {
    s.address = takeCounted(home, sizeClass);
    s.life = enter(new Life(s.address, sizeClass, partBytes, s));
    return true;
  }
  const parts = partsOf(partBytes);
  let life = openBlocks[sizeClass];
  if (life === undefined || life.used === parts) {
    const whole = classOf(partBytes * parts);
    life = enter(new Life(takeCounted(home, whole), whole, partBytes * parts, null));
    openBlocks[sizeClass] = life;
  }
  s.life = life;
  s.address = life.entry.address + life.used++ * partBytes;
  return true;
}

/** Frees the elements of a storage that nothing will read again. */
export function free(s: Storage): void {
  if (s.address <= 0) return;
  const { address, life } = s;
  s.detach(null);
  if (!arena) return;
  if (life === null) arena.free(address, s.sizeClass);
  else if (life.storage === s) {
    release(arena, life.entry);
    sinceSweep = Math.max(0, sinceSweep - bytesOf(s.sizeClass));
  } else if (poisoned) arena.poisonPart(address, bytesOf(s.sizeClass));
}

/** Scratch memory of whoever gives it back. */
export interface Block {
  readonly address: number;
  readonly sizeClass: number;
}

/** A block of scratch memory. @throws Error where there is no arena. */
export function allocateScratch(bytes: number): Block {
  const home = useArena();
  if (home === null) throw new Error("no shared memory");
  const sizeClass = classOf(bytes);
  return { address: take(home, sizeClass), sizeClass };
}

/** The address of memory for good, which does not count as used. @throws Error where there is no arena. */
export function allocatePermanent(bytes: number): number {
  const address = useArena()?.allocatePermanent(bytes) ?? 0;
  if (address === 0) throw new Error("no shared memory");
  return address;
}

export const freeScratch = ({ address, sizeClass }: Block): void => useArena()?.free(address, sizeClass);

/** Lets the storage be seen by code that may keep it. */
export function expose(s: Storage): void {
  if (!isTemporary(s)) return;
  const home = useArena();
  if (home !== null && crowded(home)) {
    const { address, sizeClass } = s;
    s.detach(s.array.slice());
    home.free(address, sizeClass);
    return;
  }
  const bytes = bytesOf(s.sizeClass);
  sinceSweep += bytes;
  s.life = enter(new Life(s.address, s.sizeClass, bytes, s));
}

/** Whether only the engine knows the storage. */
export const isTemporary = (s: Storage): boolean => s.address > 0 && s.life === null;

/**
 * Collects the storages that are made from now on into `list`, for an owner that frees or publishes each; with `null` they are free when they
 * are dead, as usual. Returns what held before.
 */
export function recordTemporaries(list: Storage[] | null): Storage[] | null {
  const before = current.temporaries;
  current.temporaries = list;
  return before;
}

/** Whether the storage is among those that are being collected. */
export const isNewTemporary = (s: Storage): boolean => current.temporaries?.includes(s) === true;

/** Whether dead storages are found in the middle of a program. */
export function canCollect(): boolean {
  if (collect === undefined) collect = collector();
  return collect !== null;
}

/** How the memory of tensors stands, in bytes. */
export interface MemoryState {
  /** In blocks that are in use or not yet known to be free. */
  readonly used: number;
  /** The most that blocks have reached up to. */
  readonly reached: number;
  /** How often dead tensors were looked for. */
  readonly sweeps: number;
}

export const memoryState = (): MemoryState => ({
  used: arena?.usedBytes ?? 0,
  reached: arena?.reachedBytes ?? 0,
  sweeps,
});

/** Runs `body` with another arena and nothing in it, for tests; the fast kernels stay with the first. */
export function withArena<T>(other: Arena, body: () => T): T {
  const [before, known, open] = [useArena(), lives, openBlocks];
  const within = (): T => {
    [arena, lives, openBlocks] = [other, new Lives(), []];
    return body();
  };
  return restoring(within, () => {
    [arena, lives, openBlocks] = [before, known, open];
  });
}

/** The largest kinds of storages that are alive, in words. */
function holders(): string[] {
  const kinds = new Map<string, { bytes: number; count: number }>();
  for (const { storage: s } of lives.all()) {
    if (s === null) continue;
    const kept = s.savedBy === null ? "kept by variables" : `saved by ${s.savedBy} for backward`;
    const what = `${s.dtype} of ${s.length} elements made by ${s.createdBy ?? "the program"}, ${kept}`;
    const kind = kinds.get(what) ?? { bytes: 0, count: 0 };
    kind.bytes += s.length * bytesPerElement[s.dtype];
    kind.count++;
    kinds.set(what, kind);
  }
  return [...kinds]
    .sort(([, a], [, b]) => b.bytes - a.bytes)
    .slice(0, 3)
    .map(([what, { bytes, count }]) => `${count} x ${what} (${(bytes / 2 ** 20).toFixed(0)} MB)`);
}
