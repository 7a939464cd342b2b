/**
 * The queue of messages for iopub. Text that is written in quick succession becomes one message, and an update of a display is dropped when a newer
 * one follows. The rate stays below the limits of Jupyter's server, which drops messages beyond 1 MB of stream text or 1,000 messages a second,
 * measured over 3 seconds.
 */
import type { Header } from "../../shared/jupyter.ts";
import type { Extra } from "../protocol/message.ts";
import { Gap } from "./gap.ts";
import { SlidingLimit, TokenBucket } from "./rate-limits.ts";
import { cutAt, WaitingText } from "./waiting-text.ts";

/** Time that text waits for more text. */
const holdMs = 15;

/** Least time between two sendings. */
const intervalMs = 70;

/** The interval grows with the length of a stream, because JupyterLab draws the whole stream again for each message. */
const intervalMsPerUnit = 0.0005;
const maxIntervalMs = 700;

/** Bytes that are sent at once; larger amounts could exceed the limit of the server, whose window is offset. */
const maxAtOnce = 600_000;
/** Time since the last sending after which all of what the limits allow is sent, and earlier a proportional share. */
const fullShareMs = 280;

/** Window and limits, stricter than those of the server because messages may bunch up on the way. */
const spanMs = 3_300;
const maxBytes = 2_600_000;
const maxMessages = 2_400;

/** Number of messages in the window up to which displays are sent at once. */
const calmMessages = 300;

/** Least number of bytes in a message while more text waits. */
const minBytes = 4_096;

/** Size of a message without its text. */
const envelope = 1_200;

/** Changes between stdout and stderr that are kept as separate messages: at once, and per second. */
const [maxSwitches, switchesPerSecond] = [500, 20];

/** Length of the text that may wait; a front end takes half a minute to receive it. */
const maxWaiting = 32_000_000;

/** Number of displays that may wait. */
const maxDisplays = 5_000;

/** Characters and displays of an interrupted cell that are still sent. */
const [textAfterInterrupt, displaysAfterInterrupt] = [64_000, 20];

interface Message {
  readonly type: string;
  readonly content: object;
  readonly parent: Header | null;
  readonly extra: Extra;
  /** Id of the display that it updates. */
  readonly updates: string | null;
}

type Entry = WaitingText | Gap | Message | (() => void);

/** Sends a message and returns its size. */
type Publish = (type: string, content: object, parent: Header | null, extra: Extra) => number;

const isMessage = (entry: Entry | undefined): entry is Message => entry !== undefined && "type" in entry;
const isOf = (entry: Entry | undefined, parent: Header): entry is WaitingText | Gap =>
  (entry instanceof WaitingText || entry instanceof Gap) && entry.parent.msg_id === parent.msg_id;

/** Orders and limits the messages of all cells. */
export class OutputQueue {
  readonly #publish: Publish;
  readonly #queue: Entry[] = [];
  readonly #bytes = new SlidingLimit(maxBytes, spanMs);
  readonly #messages = new SlidingLimit(maxMessages, spanMs);
  readonly #switches = new TokenBucket(maxSwitches, switchesPerSecond);
  /** Times of the most recent updates of displays, by id. */
  readonly #updated = new Map<string, number>();
  #waiting = 0;
  #displays = 0;
  #timer: NodeJS.Timeout | null = null;
  #sent = 0;
  /** The cell whose text was sent last, and its length. */
  #shown: { readonly id: string; length: number } = { id: "", length: 0 };

  constructor(publish: Publish) {
    this.#publish = publish;
  }

  /** Adds text to a stream. */
  write(parent: Header, name: string, text: string): void {
    if (text === "") return;
    const last = this.#queue.at(-1);
    if (last instanceof Gap && isOf(last, parent)) last.append(name, text);
    else {
      const room = maxWaiting - this.#waiting;
      const fitting = room <= 0 ? 0 : cutAt(text, room);
      if (fitting > 0) this.#append(parent, name, text.slice(0, fitting));
      if (fitting < text.length) this.#gap(parent).append(name, text.slice(fitting));
    }
    this.#schedule();
  }

  #append(parent: Header, name: string, text: string): void {
    this.#waiting += text.length;
    const open = this.#openText(parent, name);
    if (open === null) this.#queue.push(new WaitingText(parent, name, text));
    else open.append(text);
  }

  /** Returns the waiting text that new text can be added to. If the streams alternate too often, each is joined separately. */
  #openText(parent: Header, name: string): WaitingText | null {
    const [before, last] = [this.#queue.at(-2), this.#queue.at(-1)];
    if (!(last instanceof WaitingText) || !isOf(last, parent)) return null;
    if (last.name === name) return last;
    if (this.#switches.take(performance.now())) return null;
    return before instanceof WaitingText && isOf(before, parent) && before.name === name ? before : null;
  }

  #gap(parent: Header): Gap {
    const last = this.#queue.at(-1);
    if (last instanceof Gap && isOf(last, parent)) return last;
    const gap = new Gap(parent, "more waits than could be read");
    this.#queue.push(gap);
    return gap;
  }

  /** Adds a message. `updates`: id of a display, whose waiting updates it replaces. */
  send(type: string, content: object, parent: Header | null, extra: Extra = {}, updates: string | null = null): void {
    if (type === "display_data" && this.#displays >= maxDisplays && parent !== null) {
      this.#gap(parent).displays++;
      return;
    }
    if (type === "display_data") this.#displays++;
    const superseded = updates === null ? -1 : this.#queue.findLastIndex((e) => isMessage(e) && e.updates === updates);
    if (superseded >= 0) this.#queue.splice(superseded, 1);
    this.#queue.push({ type, content, parent, extra, updates });
    const now = performance.now();
    const isFrequent = updates !== null && now - (this.#updated.get(updates) ?? 0) < intervalMs;
    if (isFrequent || this.#messages.used(now) > calmMessages) this.#schedule();
    else this.#sendAllowed();
  }

  /** Runs an action when everything that is queued now has been sent. */
  after(action: () => void): void {
    this.#queue.push(action);
    this.#sendAllowed();
  }

  /** Resets the limits, as the server does when a kernel becomes idle. */
  resetLimits(): void {
    this.#bytes.reset();
    this.#messages.reset();
  }

  /** Drops most of the waiting output of an interrupted cell. */
  discard(parent: Header): void {
    let gap: Gap | null = null;
    let units = textAfterInterrupt;
    let displays = displaysAfterInterrupt;
    const ensureGap = (): Gap => (gap ??= new Gap(parent, "the cell was interrupted"));
    const kept = this.#queue.splice(0).flatMap((entry): Entry[] => {
      if (isMessage(entry) && entry.type.endsWith("display_data") && entry.parent?.msg_id === parent.msg_id) {
        if (displays-- > 0) return [entry];
        if (entry.type === "display_data") this.#displays--;
        ensureGap().displays++;
        return [];
      }
      if (!isOf(entry, parent)) return [entry];
      if (entry instanceof Gap) {
        entry.dropTail();
        ensureGap().leaveOut(entry);
        return [];
      }
      const { length } = entry;
      if (length > units) ensureGap().leaveOut(entry.truncate(units));
      this.#waiting -= length - entry.length;
      units -= entry.length;
      return entry.length > 0 ? [entry] : [];
    });
    this.#queue.push(...kept);
    const end = this.#queue.findLastIndex((entry) => isOf(entry, parent));
    if (gap !== null) this.#queue.splice(end + 1, 0, gap);
  }

  /** Sends everything, without regard to the limits. */
  flush(): void {
    this.#sendAllowed(Number.POSITIVE_INFINITY);
  }

  #schedule(): void {
    const interval = Math.max(intervalMs, Math.min(this.#shown.length * intervalMsPerUnit, maxIntervalMs));
    const wait = Math.max(holdMs, this.#sent + interval - performance.now());
    this.#timer ??= setTimeout(() => this.#sendAllowed(), wait);
  }

  /** Sends as much as the limits allow, and at least `least` bytes and messages. */
  #sendAllowed(least = 0): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const now = performance.now();
    const share = Math.min(1, Math.max(now - this.#sent, intervalMs) / fullShareMs);
    this.#sent = now;
    let bytes = Math.max(least, Math.min(this.#bytes.allowance(now, share), maxAtOnce));
    let messages = Math.max(least, this.#messages.allowance(now, share));
    for (let entry = this.#queue[0]; entry !== undefined; entry = this.#queue[0]) {
      if (typeof entry === "function") {
        this.#queue.shift();
        entry();
      } else if (entry instanceof Gap) this.#replaceByTexts(entry);
      else if (messages < 1) break;
      else if (entry instanceof WaitingText) {
        if (bytes < minBytes + envelope) break;
        bytes -= this.#sendText(entry, Math.min(bytes, maxBytes) - envelope, now);
        messages--;
      } else {
        this.#queue.shift();
        this.#sendMessage(entry, now);
        messages--;
      }
    }
    if (this.#queue.length > 0) this.#schedule();
    else this.#updated.forEach((time, id) => now - time > intervalMs && this.#updated.delete(id));
  }

  #replaceByTexts(gap: Gap): void {
    const texts = gap.texts();
    this.#waiting += texts.reduce((sum, { length }) => sum + length, 0);
    this.#queue.splice(0, 1, ...texts);
  }

  #sendText(entry: WaitingText, bytes: number, now: number): number {
    const text = entry.take(bytes);
    this.#waiting -= text.length;
    if (entry.length === 0) this.#queue.shift();
    const { msg_id: id } = entry.parent;
    if (this.#shown.id !== id) this.#shown = { id, length: 0 };
    this.#shown.length += text.length;
    const size = this.#publish("stream", { name: entry.name, text }, entry.parent, {});
    this.#bytes.spend(now, size);
    this.#messages.spend(now, 1);
    return size;
  }

  #sendMessage({ type, content, parent, extra, updates }: Message, now: number): void {
    if (type === "display_data") this.#displays--;
    if (updates !== null) this.#updated.set(updates, now);
    this.#publish(type, content, parent, extra);
    this.#messages.spend(now, 1);
  }
}
