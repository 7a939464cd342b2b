/**
 * Which blocks of the arena are still needed. A storage keeps a life; when the life is dead, its block is free. As with V8's own objects, most
 * die young: those are found by minor collections, and what outlives two of these waits for a major one.
 */
import { type Collector, Listed, membersOf } from "../../platform/collect.ts";
import type { Storage } from "./storage.ts";

/** Minor collections after which V8 counts an object as old. */
const childhood = 2;

/** A block in use; its address is 0 once it is free. */
export interface Entry {
  address: number;
  readonly bytes: number;
  readonly sizeClass: number;
  /** The life, once it is old. */
  life: WeakRef<Life> | null;
  /** The last listing that it was in, and in how many it was. */
  listing: number;
  listings: number;
}

/** What the storages in a block keep. */
export class Life extends Listed {
  readonly entry: Entry;
  /** The storage that has the block for itself. */
  readonly storage: Storage | null;
  /** Parts of the block that were handed out, where storages share it. */
  used = 0;
  constructor(address: number, sizeClass: number, bytes: number, storage: Storage | null) {
    super();
    this.entry = { address, bytes, sizeClass, life: null, listing: 0, listings: 0 };
    this.storage = storage;
  }
}

let listings = 0;

const inUse = (entry: Entry): boolean => entry.address !== 0;
const livesAmong = (members: readonly Listed[]): Life[] => members.filter((member) => member instanceof Life);

/** All lives whose blocks are in use, or not yet known to be free. None is lost where a sweep is terminated on its way. */
export class Lives {
  #young: Entry[] = [];
  #members = new WeakSet<Listed>();
  /** A member that is always alive: a listing without it says nothing. */
  readonly #witness = new Listed();
  #old: Entry[] = [];

  /** Adds a life; `young` says that minor collections can find it dead. */
  add(life: Life, young: boolean): void {
    if (young) {
      this.#members.add(life);
      this.#young.push(life.entry);
    } else this.#grow(life);
  }

  #grow(life: Life): void {
    const { entry } = life;
    if (entry.life !== null) return;
    entry.life = new WeakRef(life);
    this.#old.push(entry);
  }

  /** Gives the entries of the young that are dead to `release`; returns the bytes of those that are old now. */
  sweepYoung(young: NonNullable<Collector["young"]>, release: (entry: Entry) => void): number {
    young();
    return this.#sortYoung(release, childhood);
  }

  /** Gives the entries of all that are dead to `release`. */
  sweepAll({ all }: Collector, release: (entry: Entry) => void): void {
    all();
    for (const entry of this.#old) if (entry.address !== 0 && entry.life?.deref() === undefined) release(entry);
    this.#old = this.#old.filter(inUse);
    // V8 counts as old what a major collection leaves
    this.#sortYoung(release, 0);
  }

  #sortYoung(release: (entry: Entry) => void, childhood: number): number {
    this.#members.add(this.#witness);
    const listed = membersOf(this.#members);
    if (!listed.includes(this.#witness)) return 0;
    const alive = livesAmong(listed);
    listings++;
    for (const { entry } of alive) entry.listing = listings;
    for (const entry of this.#young) if (entry.listing !== listings && entry.address !== 0) release(entry);
    const members = new WeakSet<Listed>();
    const young: Entry[] = [];
    let grown = 0;
    for (const life of alive) {
      const { entry } = life;
      if (entry.address === 0) continue;
      if (++entry.listings < childhood) {
        members.add(life);
        young.push(entry);
      } else {
        this.#grow(life);
        grown += entry.bytes;
      }
    }
    this.#members = members;
    this.#young = young;
    return grown;
  }

  /** The lives that are not known to be dead. */
  all(): readonly Life[] {
    const found = livesAmong(membersOf(this.#members));
    for (const { life } of this.#old) {
      const old = life?.deref();
      if (old !== undefined) found.push(old);
    }
    return found.filter((life) => inUse(life.entry));
  }

  /** The blocks of the lives that are not known to be dead. */
  blocks(): readonly Entry[] {
    return [...new Set([...this.#young, ...this.#old])].filter(inUse);
  }
}
