/**
 * Tracks which blocks of the arena are reachable. Each storage in the arena refers to a token, and the block is free once V8 has found the token dead.
 * As in V8's own heap there is a young and an old generation: minor collections find tokens that die young; tokens that survive two of them are
 * tenured, and only a major collection finds them dead.
 */
import { type Collector, membersOf, WeakSetMember } from "../../platform/collect.ts";
import type { Storage } from "./storage.ts";

/** Minor collections that an object survives before V8 moves it to its old generation. */
const minorSweepsUntilOld = 2;

/** A block that is in use. */
export interface BlockRecord {
  /** Address in bytes; 0 once the block is free. */
  address: number;
  readonly bytes: number;
  readonly sizeClass: number;
  /** The token, once it is tenured. */
  token: WeakRef<BlockToken> | null;
  /** Number of the last scan that found the token alive. */
  lastScan: number;
  /** Number of scans that found the token alive. */
  scansSurvived: number;
}

/** An object that is reachable as long as a storage in its block is. */
export class BlockToken extends WeakSetMember {
  readonly record: BlockRecord;
  /** The storage that has the block to itself; `null` for a block that small storages share. */
  readonly storage: Storage | null;
  /** Slots of a shared block that are allocated. */
  usedSlots = 0;

  constructor(address: number, sizeClass: number, bytes: number, storage: Storage | null) {
    super();
    this.record = { address, bytes, sizeClass, token: null, lastScan: 0, scansSurvived: 0 };
    this.storage = storage;
  }
}

/** Number of scans of young generations so far. */
let scans = 0;

const isInUse = (record: BlockRecord): boolean => record.address !== 0;
const tokensAmong = (members: readonly WeakSetMember[]): BlockToken[] =>
  members.filter((member) => member instanceof BlockToken);

/** The tokens of all blocks that are not known to be free. A sweep may be terminated at any line, and loses none of them. */
export class Generations {
  #young: BlockRecord[] = [];
  #youngTokens = new WeakSet<WeakSetMember>();
  /** A member that is always reachable: a listing of the members without it is incomplete. */
  readonly #sentinel = new WeakSetMember();
  #old: BlockRecord[] = [];

  /** Adds a token to the young generation, or to the old one where the runtime cannot find young objects dead. */
  add(token: BlockToken, isYoung: boolean): void {
    if (isYoung) {
      this.#youngTokens.add(token);
      this.#young.push(token.record);
    } else this.#tenure(token);
  }

  #tenure(token: BlockToken): void {
    const { record } = token;
    if (record.token !== null) return;
    record.token = new WeakRef(token);
    this.#old.push(record);
  }

  /** Runs a minor collection, calls `release` for the young blocks whose tokens it found dead, and returns the bytes of those that it tenured. */
  minorSweep(collect: NonNullable<Collector["minor"]>, release: (record: BlockRecord) => void): number {
    collect();
    return this.#scanYoung(release, minorSweepsUntilOld);
  }

  /** Runs a major collection, and calls `release` for the blocks of both generations whose tokens it found dead. */
  majorSweep({ major }: Collector, release: (record: BlockRecord) => void): void {
    major();
    for (const record of this.#old) if (isInUse(record) && record.token?.deref() === undefined) release(record);
    this.#old = this.#old.filter(isInUse);
    // a major collection tenures everything that survives it
    this.#scanYoung(release, 0);
  }

  #scanYoung(release: (record: BlockRecord) => void, scansUntilOld: number): number {
    this.#youngTokens.add(this.#sentinel);
    const members = membersOf(this.#youngTokens);
    if (!members.includes(this.#sentinel)) return 0;
    const alive = tokensAmong(members);
    scans++;
    for (const { record } of alive) record.lastScan = scans;
    for (const record of this.#young) if (record.lastScan !== scans && isInUse(record)) release(record);
    const youngTokens = new WeakSet<WeakSetMember>();
    const young: BlockRecord[] = [];
    let tenuredBytes = 0;
    for (const token of alive) {
      const { record } = token;
      if (!isInUse(record)) continue;
      if (++record.scansSurvived < scansUntilOld) {
        youngTokens.add(token);
        young.push(record);
      } else {
        this.#tenure(token);
        tenuredBytes += record.bytes;
      }
    }
    this.#youngTokens = youngTokens;
    this.#young = young;
    return tenuredBytes;
  }

  /** Returns the tokens that are not known to be dead. */
  tokens(): readonly BlockToken[] {
    const found = tokensAmong(membersOf(this.#youngTokens));
    for (const record of this.#old) {
      const token = record.token?.deref();
      if (token !== undefined) found.push(token);
    }
    return found.filter((token) => isInUse(token.record));
  }

  /** Returns the blocks whose tokens are not known to be dead. */
  blocks(): readonly BlockRecord[] {
    return [...new Set([...this.#young, ...this.#old])].filter(isInUse);
  }
}
