/**
 * When the elements of a tensor may be forgotten. User code never frees anything: each storage in the arena has an entry with a WeakRef, and each
 * time a budget of bytes has been allocated, the dead ones are found by a collection in the middle of the program. Where the runtime has no
 * such collection, they are found between tasks, and what does not fit a smaller arena meanwhile lives in ordinary arrays, which V8 frees. Small storages share
 * a group of blocks, which is free when all of them are dead. What the engine alone knows of, as in a backward pass, it frees at once.
 */

import { type Collect, collector } from "../platform/collect.ts";
import type { SharedMemory } from "../platform/shared.ts";
import { Arena, bytesOf, classOf } from "./arena.ts";
import { bytesPerElement, type NumericArray } from "./dtype.ts";
import { MemoryError } from "./errors.ts";
import type { Storage } from "./storage.ts";

/** Bytes that are allocated between two sweeps: at least this, and half of what is alive. */
const smallestBudget = 2 ** 25;
/** A sweep may cost this share of the time since the last one; the budget doubles, up to four times, while it costs more. */
const dearSweep = 0.08;
const largestPatience = 4;
/** Storages up to this size share a group of blocks: 8, or 16 of the smaller ones. One that lives keeps them all. */
const groupedBytes = 4096;
const blocksOf = (blockBytes: number): number => (blockBytes > 2048 ? 8 : 16);
/** Without a collector the arena holds so much, as nothing in it is found free before the task ends; the rest lives in ordinary arrays. */
const arenaWithoutCollector = 2 ** 28;

/** Neighbouring blocks of one size, whose storages keep it alive. */
class Group {
  readonly address: number;
  readonly blockBytes: number;
  readonly blocks: number;
  used = 0;
  constructor(address: number, blockBytes: number, blocks: number) {
    this.address = address;
    this.blockBytes = blockBytes;
    this.blocks = blocks;
  }
}

/** A block that is free again when its owner is dead; its address is 0 once it is. */
export interface Entry {
  /** None where finalizers tell: a WeakRef would keep its target for the rest of the job. */
  readonly owner: WeakRef<Storage | Group> | null;
  address: number;
  readonly sizeClass: number;
}

let arena: Arena | null | undefined;
let entries: Entry[] = [];
let openGroups: (Group | undefined)[] = [];
let sinceSweep = 0;
let budget = smallestBudget;
let patience = 1;
let lastSweep = 0;
let sweeps = 0;
/** Not asked for before the first budget is used up: the first answer costs a collection. */
let collect: Collect | null | undefined;
let finalizers: FinalizationRegistry<Entry> | null = null;
let temporaries: Storage[] | null = null;

const views = new WeakMap<NumericArray, Storage>();

/** Keeps the storage as long as the view of it. */
export const keepAlive = (view: NumericArray, storage: Storage): void => {
  views.set(view, storage);
};

function useArena(): Arena | null {
  if (arena === undefined)
    try {
      arena = new Arena();
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
  canCollect();
  const began = performance.now();
  if (!collect) withoutCollector(home);
  else {
    collect();
    openGroups = [];
    const kept: Entry[] = [];
    for (const entry of entries) {
      if (entry.address === 0) continue;
      if (entry.owner?.deref() !== undefined) kept.push(entry);
      else release(home, entry);
    }
    entries = kept;
  }
  const now = performance.now();
  const dear = now - began > dearSweep * (now - lastSweep);
  patience = dear ? Math.min(2 * patience, largestPatience) : 1;
  budget = Math.max(smallestBudget * patience, home.usedBytes / 2);
  lastSweep = now;
  sinceSweep = 0;
  sweeps++;
}

function release(home: Arena, entry: Entry): void {
  if (entry.address > 0) home.free(entry.address, entry.sizeClass);
  entry.address = 0;
}

/** From now on finalizers free, between tasks. */
function withoutCollector(home: Arena): void {
  if (finalizers !== null) return;
  finalizers = new FinalizationRegistry((entry) => release(home, entry));
  for (const entry of entries) {
    const owner = entry.owner?.deref();
    if (owner !== undefined) finalizers.register(owner, entry);
  }
  entries = [];
}

/** Whether what the program can see had better live outside of the arena. */
const crowded = (home: Arena): boolean => finalizers !== null && home.usedBytes > arenaWithoutCollector;

function enter(owner: Storage | Group, address: number, sizeClass: number): Entry {
  const entry: Entry = { owner: finalizers === null ? new WeakRef(owner) : null, address, sizeClass };
  if (finalizers === null) entries.push(entry);
  else finalizers.register(owner, entry);
  return entry;
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
  if (sinceSweep + bytes > budget) sweep();
  sinceSweep += bytes;
  return take(home, sizeClass);
}

/** Gives the storage a block, with whatever was in it before; `false` where there is no arena. */
export function place(s: Storage): boolean {
  const home = useArena();
  if (home === null) return false;
  const sizeClass = classOf(s.length * bytesPerElement[s.dtype]);
  s.sizeClass = sizeClass;
  if (temporaries !== null) {
    s.address = take(home, sizeClass);
    temporaries.push(s);
    return true;
  }
  if (crowded(home)) return false;
  const blockBytes = bytesOf(sizeClass);
  if (blockBytes > groupedBytes) {
    s.address = takeCounted(home, sizeClass);
    s.entry = enter(s, s.address, sizeClass);
    return true;
  }
  let group = openGroups[sizeClass];
  if (group === undefined || group.used === group.blocks) {
    const blocks = blocksOf(blockBytes);
    const whole = classOf(blockBytes * blocks);
    group = new Group(takeCounted(home, whole), blockBytes, blocks);
    enter(group, group.address, whole);
    openGroups[sizeClass] = group;
  }
  s.group = group;
  s.address = group.address + group.used++ * group.blockBytes;
  return true;
}

/** Frees the elements of a storage that nothing will read again. */
export function free(s: Storage): void {
  if (s.address <= 0) return;
  const { address, entry, group } = s;
  s.detach(null);
  if (group !== null || !arena) return;
  if (entry === null) {
    arena.free(address, s.sizeClass);
    return;
  }
  release(arena, entry);
  sinceSweep = Math.max(0, sinceSweep - bytesOf(s.sizeClass));
}

/** Scratch memory of whoever gives it back. */
export interface Block {
  readonly address: number;
  readonly sizeClass: number;
}

/** A block of scratch memory. @throws Error where there is no arena. */
export function borrow(bytes: number): Block {
  const home = useArena();
  if (home === null) throw new Error("no shared memory");
  const sizeClass = classOf(bytes);
  return { address: take(home, sizeClass), sizeClass };
}

export const giveBack = ({ address, sizeClass }: Block): void => useArena()?.free(address, sizeClass);

/** Lets the storage be seen by code that may keep it. */
export function publish(s: Storage): void {
  if (!isTemporary(s)) return;
  const home = useArena();
  if (home !== null && crowded(home)) {
    const { address, sizeClass } = s;
    s.detach(s.array.slice());
    home.free(address, sizeClass);
    return;
  }
  sinceSweep += bytesOf(s.sizeClass);
  s.entry = enter(s, s.address, s.sizeClass);
}

/** Whether only the engine knows the storage. */
export const isTemporary = (s: Storage): boolean => s.address > 0 && s.entry === null && s.group === null;

/**
 * Collects the storages that are made from now on into `list`, for an owner that frees or publishes each; with `null` they are free when they
 * are dead, as usual. Returns what held before.
 */
export function collectTemporaries(list: Storage[] | null): Storage[] | null {
  const before = temporaries;
  temporaries = list;
  return before;
}

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
  const [before, table, groups] = [useArena(), entries, openGroups];
  [arena, entries, openGroups] = [other, [], []];
  try {
    return body();
  } finally {
    [arena, entries, openGroups] = [before, table, groups];
  }
}

/** The largest kinds of storages that are alive, in words. */
function holders(): string[] {
  const kinds = new Map<string, { bytes: number; count: number }>();
  for (const entry of entries) {
    const s = entry.address === 0 ? undefined : entry.owner?.deref();
    if (s === undefined || s instanceof Group) continue;
    const kept = s.savedBy === null ? "kept by variables" : `saved by ${s.savedBy} for backward`;
    const what = `${s.dtype} of ${s.length} elements made by ${s.madeBy ?? "the program"}, ${kept}`;
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
