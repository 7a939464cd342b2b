/**
 * An allocator in one WebAssembly memory, for the elements of tensors. Blocks have size classes: multiples of 64 bytes, four to each power of two, so that
 * at most a fifth of a block is unused. A freed block is in the free list of its class; when memory runs short, adjacent free blocks are coalesced.
 */
import type { SharedMemory } from "../../platform/shared.ts";

const unitBytes = 64;
const pageBytes = 65_536;
/** The first page holds the constants of the WASM kernels. */
const firstUnit = pageBytes / unitBytes;
const maxPages = 65_536;
/** Units after the last block: kernels read whole vectors, and so beyond the end of a block. */
const slack = 1;
/** The memory grows by an eighth of its size, within these bounds. */
const smallestGrowth = 2 ** 22;
const largestGrowth = 2 ** 28;

/** Returns the size class for so many bytes. The first eight classes are 1 to 8 units; then there are four to each power of two. */
export function classOf(bytes: number): number {
  const units = Math.max(1, Math.ceil(bytes / unitBytes));
  if (units <= 8) return units - 1;
  const exponent = 31 - Math.clz32(units - 1);
  return 4 * exponent - 8 + ((units - 1) >> (exponent - 2));
}

/** Returns the number of 64-byte units in a block of the class. */
export function unitsOf(sizeClass: number): number {
  if (sizeClass < 8) return sizeClass + 1;
  const exponent = (sizeClass + 4) >> 2;
  return (((sizeClass + 4) & 3) + 5) << (exponent - 2);
}

/** Returns the number of bytes in a block of the class. */
export const bytesOf = (sizeClass: number): number => unitsOf(sizeClass) * unitBytes;

/** Contents of freed and new blocks in poison mode: NaN in both float dtypes, -524297 in int32, neither 0 nor 1 in bool. */
export const poisonPattern = 0xfff7fff7;

/** A range of free units that belong to no block. */
interface Region {
  start: number;
  readonly end: number;
}

/** The memory, with its blocks and free lists. */
export class Arena {
  readonly memory: SharedMemory;
  /** The buffer of the memory at its length: a field, as the accessor of WebAssembly.Memory takes longer than copying a small tensor. */
  #buffer: SharedArrayBuffer;
  readonly #maxUnits: number;
  /** Free lists by size class: the numbers of the first units of free blocks. */
  #free: number[][] = [];
  #regions: Region[] = [];
  /** Memory that is never freed. */
  readonly #permanent: Region[] = [];
  /** The first unit that was never allocated. */
  #top = firstUnit;
  /** The first unit after the memory. */
  #end: number;
  /** Units of blocks that are in use. */
  #used = 0;
  /** Blocks that were freed in poison mode and are not reused yet, by size class; `null` outside of poison mode. */
  #poisoned: number[][] | null = null;
  /** Ranges that `keepOnly` freed in poison mode, and that are not reused yet. */
  #poisonedRegions: Region[] = [];

  /** @throws RangeError where the runtime cannot reserve such a memory. */
  constructor(maxBytes: number = maxPages * pageBytes) {
    const maximum = Math.floor(maxBytes / pageBytes);
    // the library types of WebAssembly.Memory have no shared buffer
    const memory: object = new WebAssembly.Memory({ initial: 2, maximum, shared: true });
    this.memory = memory as SharedMemory;
    this.#buffer = this.memory.buffer;
    this.#maxUnits = (maximum * pageBytes) / unitBytes - slack;
    this.#end = (2 * pageBytes) / unitBytes - slack;
  }

  /** The buffer of the memory. It is another one after the memory has grown. */
  get buffer(): SharedArrayBuffer {
    return this.#buffer;
  }

  /** Bytes of the blocks in use. */
  get usedBytes(): number {
    return this.#used * unitBytes;
  }

  /** Bytes up to the end of the last block, at its highest so far. */
  get reachedBytes(): number {
    return this.#top * unitBytes;
  }

  /** Returns the address of a block of the class, with undefined contents; 0 when the memory is full. */
  allocate(sizeClass: number): number {
    const units = unitsOf(sizeClass);
    const unit = this.#free[sizeClass]?.pop() ?? this.#cut(units) ?? this.#grow(units) ?? this.#cutPoisoned(units);
    if (unit === null) return 0;
    this.#used += units;
    if (this.#poisoned !== null) this.#fill(unit, unit + units);
    return unit * unitBytes;
  }

  /** Returns the address of memory that is never freed; 0 when the memory is full. */
  allocatePermanent(bytes: number): number {
    const units = Math.ceil(bytes / unitBytes);
    const unit = this.#cut(units) ?? this.#grow(units);
    if (unit === null) return 0;
    this.#permanent.push({ start: unit, end: unit + units });
    return unit * unitBytes;
  }

  /**
   * Whether poison mode is on, a setting for tests: blocks are filled with `poisonPattern` when they are freed and when they are allocated, and a freed block
   * is not reused before `releasePoisoned`, or before the memory is full.
   */
  set poison(on: boolean) {
    this.releasePoisoned();
    this.#poisoned = on ? [] : null;
  }

  /** Adds the blocks that were freed in poison mode to the free lists. */
  releasePoisoned(): void {
    if (this.#poisoned === null) return;
    this.#poisoned.forEach((list, sizeClass) => {
      const free = this.#free[sizeClass];
      if (free === undefined) this.#free[sizeClass] = list;
      else for (const unit of list) free.push(unit);
    });
    this.#poisoned = [];
    for (const region of this.#poisonedRegions) this.#regions.push(region);
    this.#poisonedRegions = [];
  }

  /** Fills a slot of a shared block, which stays in use, with the poison pattern. */
  poisonPart(address: number, bytes: number): void {
    if (this.#poisoned !== null) this.#fill(address / unitBytes, (address + bytes) / unitBytes);
  }

  #fill(start: number, end: number): void {
    new Uint32Array(this.#buffer, start * unitBytes, ((end - start) * unitBytes) / 4).fill(poisonPattern);
  }

  #cutPoisoned(units: number): number | null {
    if (this.#poisoned === null) return null;
    this.releasePoisoned();
    this.#coalesce();
    return this.#cut(units);
  }

  /** Frees a block. */
  free(address: number, sizeClass: number): void {
    const unit = address / unitBytes;
    this.#used -= unitsOf(sizeClass);
    if (this.#poisoned !== null) this.#fill(unit, unit + unitsOf(sizeClass));
    const lists = this.#poisoned ?? this.#free;
    const list = lists[sizeClass];
    if (list === undefined) lists[sizeClass] = [unit];
    else list.push(unit);
  }

  /** Frees all memory except for these blocks and permanent memory. */
  keepOnly(blocks: readonly { readonly address: number; readonly sizeClass: number }[]): void {
    const used = blocks.map(({ address, sizeClass }) => {
      const start = address / unitBytes;
      return { start, end: start + unitsOf(sizeClass) };
    });
    this.#used = used.reduce((sum, { start, end }) => sum + end - start, 0);
    this.#free = [];
    this.#regions = [];
    const gaps: Region[] = [];
    let end = firstUnit;
    for (const next of [...used, ...this.#permanent].sort((a, b) => a.start - b.start)) {
      if (next.start > end) gaps.push({ start: end, end: next.start });
      end = next.end;
    }
    if (this.#poisoned === null) {
      this.#top = end;
      this.#regions = gaps;
      return;
    }
    if (this.#top > end) gaps.push({ start: end, end: this.#top });
    for (const gap of gaps) this.#fill(gap.start, gap.end);
    this.#poisoned = [];
    this.#poisonedRegions = gaps;
  }

  /** Takes units from a free range, or from memory that was never allocated; returns the first, or `null` if there are not so many. */
  #cut(units: number): number | null {
    for (const region of this.#regions) {
      if (region.end - region.start < units) continue;
      region.start += units;
      return region.start - units;
    }
    if (this.#end - this.#top < units) return null;
    this.#top += units;
    return this.#top - units;
  }

  /** Coalesces free blocks if they are a large part of the memory, and grows the memory otherwise; returns the first of so many units, or `null`. */
  #grow(units: number): number | null {
    const idle = this.#top - firstUnit - this.#used;
    if (idle > units && idle > this.#used / 4) {
      this.#coalesce();
      const unit = this.#cut(units);
      if (unit !== null) return unit;
    }
    const step = Math.min(Math.max((this.#end * unitBytes) / 8, smallestGrowth), largestGrowth) / unitBytes;
    const wanted = this.#top + units - this.#end;
    const room = this.#maxUnits - this.#end;
    if (wanted > room) return null;
    const pages = Math.ceil((Math.min(Math.max(wanted, step), room) * unitBytes) / pageBytes);
    try {
      this.memory.grow(pages);
    } catch {
      return null;
    }
    this.#buffer = this.memory.buffer;
    this.#end += (pages * pageBytes) / unitBytes;
    return this.#cut(units);
  }

  /** Turns all free blocks into regions, in which adjacent blocks are one. */
  #coalesce(): void {
    const blocks = this.#regions.map(({ start, end }): Region => ({ start, end }));
    this.#free.forEach((list, sizeClass) => {
      for (const start of list) blocks.push({ start, end: start + unitsOf(sizeClass) });
    });
    blocks.sort((a, b) => a.start - b.start);
    const coalesced: Region[] = [];
    for (const block of blocks) {
      const last = coalesced.at(-1);
      if (last !== undefined && last.end === block.start)
        coalesced[coalesced.length - 1] = { start: last.start, end: block.end };
      else if (block.end > block.start) coalesced.push(block);
    }
    const last = coalesced.at(-1);
    if (last !== undefined && last.end === this.#top) {
      this.#top = last.start;
      coalesced.pop();
    }
    this.#free = [];
    this.#regions = coalesced;
  }
}
