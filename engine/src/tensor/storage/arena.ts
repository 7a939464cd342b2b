/**
 * One WebAssembly memory in which the elements of tensors live, cut into blocks of size classes: multiples of 64 bytes, four to each power of
 * two, so that at most a fifth of a block is left over. A freed block waits in the list of its class; when memory runs short, neighbours that
 * are free are joined again.
 */
import type { SharedMemory } from "../../platform/shared.ts";

const unitBytes = 64;
const pageBytes = 65_536;
/** The first page belongs to the kernels' own constants. */
const firstUnit = pageBytes / unitBytes;
const maxPages = 65_536;
/** Kernels read whole vectors: up to a unit beyond the last block. */
const slack = 1;
/** The memory grows by an eighth of itself, within these bounds. */
const smallestGrowth = 2 ** 22;
const largestGrowth = 2 ** 28;

/** A size class. The first eight are 1 to 8 units, then each power of two is cut in four. */
export function classOf(bytes: number): number {
  const units = Math.max(1, Math.ceil(bytes / unitBytes));
  if (units <= 8) return units - 1;
  const exponent = 31 - Math.clz32(units - 1);
  return 4 * exponent - 8 + ((units - 1) >> (exponent - 2));
}

/** How many units of 64 bytes a block of the class has. */
export function unitsOf(sizeClass: number): number {
  if (sizeClass < 8) return sizeClass + 1;
  const exponent = (sizeClass + 4) >> 2;
  return (((sizeClass + 4) & 3) + 5) << (exponent - 2);
}

/** Bytes of a block of the class. */
export const bytesOf = (sizeClass: number): number => unitsOf(sizeClass) * unitBytes;

/** In poison mode, what freed and new blocks hold: NaN in both float dtypes, -524297 in int32, neither 0 nor 1 in bool. */
export const poisonPattern = 0xfff7fff7;

/** A stretch of units that no class has yet. */
interface Region {
  start: number;
  readonly end: number;
}

/** The memory and its blocks. */
export class Arena {
  readonly memory: SharedMemory;
  readonly #maxUnits: number;
  /** Free blocks by class, as the numbers of their first units. */
  #free: number[][] = [];
  #regions: Region[] = [];
  readonly #reserved: Region[] = [];
  /** The first unit that was never used, and the first beyond the memory. */
  #top = firstUnit;
  #end: number;
  /** Units in blocks that are in use. */
  #used = 0;
  /** Freed blocks that are kept from reuse, by class; `null` outside of poison mode. */
  #poisoned: number[][] | null = null;
  /** The same for memory that `keepOnly` freed. */
  #poisonedRegions: Region[] = [];

  /** @throws RangeError where such a memory cannot be had. */
  constructor(maxBytes: number = maxPages * pageBytes) {
    const maximum = Math.floor(maxBytes / pageBytes);
    // as the types of a browser know no shared buffer here
    const memory: object = new WebAssembly.Memory({ initial: 2, maximum, shared: true });
    this.memory = memory as SharedMemory;
    this.#maxUnits = (maximum * pageBytes) / unitBytes - slack;
    this.#end = (2 * pageBytes) / unitBytes - slack;
  }

  /** Bytes of the blocks in use. */
  get usedBytes(): number {
    return this.#used * unitBytes;
  }

  /** Bytes that the blocks have ever reached up to. */
  get reachedBytes(): number {
    return this.#top * unitBytes;
  }

  /** The address of a block of the class, with whatever was in it before; 0 when there is no room. */
  allocate(sizeClass: number): number {
    const units = unitsOf(sizeClass);
    const unit = this.#free[sizeClass]?.pop() ?? this.#cut(units) ?? this.#grow(units) ?? this.#cutPoisoned(units);
    if (unit === null) return 0;
    this.#used += units;
    if (this.#poisoned !== null) this.#fill(unit, unit + units);
    return unit * unitBytes;
  }

  /** The address of memory for good; 0 when there is no room. */
  allocatePermanent(bytes: number): number {
    const units = Math.ceil(bytes / unitBytes);
    const unit = this.#cut(units) ?? this.#grow(units);
    if (unit === null) return 0;
    this.#reserved.push({ start: unit, end: unit + units });
    return unit * unitBytes;
  }

  /**
   * Switches poison mode, a setting for tests: blocks are filled with `poisonPattern` when they are freed and when they are allocated, and a freed block
   * is not used again before `releasePoisoned`, or before the memory is full.
   */
  set poison(on: boolean) {
    this.releasePoisoned();
    this.#poisoned = on ? [] : null;
  }

  /** Lets the blocks that were freed in poison mode be used again. */
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

  /** Fills a part of a block that stays in use. */
  poisonPart(address: number, bytes: number): void {
    if (this.#poisoned !== null) this.#fill(address / unitBytes, (address + bytes) / unitBytes);
  }

  #fill(start: number, end: number): void {
    new Uint32Array(this.memory.buffer, start * unitBytes, ((end - start) * unitBytes) / 4).fill(poisonPattern);
  }

  #cutPoisoned(units: number): number | null {
    if (this.#poisoned === null) return null;
    this.releasePoisoned();
    this.#join();
    return this.#cut(units);
  }

  free(address: number, sizeClass: number): void {
    const unit = address / unitBytes;
    this.#used -= unitsOf(sizeClass);
    if (this.#poisoned !== null) this.#fill(unit, unit + unitsOf(sizeClass));
    const lists = this.#poisoned ?? this.#free;
    const list = lists[sizeClass];
    if (list === undefined) lists[sizeClass] = [unit];
    else list.push(unit);
  }

  /** Frees all blocks but these, and what is reserved. */
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
    for (const next of [...used, ...this.#reserved].sort((a, b) => a.start - b.start)) {
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

  /** Joins free blocks when they are a good part of the memory, else makes the memory larger. */
  #grow(units: number): number | null {
    const idle = this.#top - firstUnit - this.#used;
    if (idle > units && idle > this.#used / 4) {
      this.#join();
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
    this.#end += (pages * pageBytes) / unitBytes;
    return this.#cut(units);
  }

  /** Makes regions of neighbouring free blocks. */
  #join(): void {
    const blocks = this.#regions.map(({ start, end }): Region => ({ start, end }));
    this.#free.forEach((list, sizeClass) => {
      for (const start of list) blocks.push({ start, end: start + unitsOf(sizeClass) });
    });
    blocks.sort((a, b) => a.start - b.start);
    const joined: Region[] = [];
    for (const block of blocks) {
      const last = joined.at(-1);
      if (last !== undefined && last.end === block.start)
        joined[joined.length - 1] = { start: last.start, end: block.end };
      else if (block.end > block.start) joined.push(block);
    }
    const last = joined.at(-1);
    if (last !== undefined && last.end === this.#top) {
      this.#top = last.start;
      joined.pop();
    }
    this.#free = [];
    this.#regions = joined;
  }
}
