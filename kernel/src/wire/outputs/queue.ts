/**
 * The queue of messages for iopub, in order. Text that is written in quick succession becomes one message, and an update of a display that a newer one
 * overtakes is left out. A flood stays below what Jupyter's server lets through, which drops messages beyond 1 MB of streams or
 * 1,000 messages a second, over 3 seconds.
 */
import type { Header } from "../../shared/messages.ts";
import type { Extra } from "../protocol/message.ts";
import { SlidingLimit, Tokens } from "./rate.ts";
import { cutAt, lineCount, WaitingText } from "./text.ts";

/** Text waits so long for more, and for its turn after the last message. */
const holdMs = 15;
const everyMs = 70;
/** JupyterLab draws all of a stream again for each message, in a time that grows with it; so messages become rarer as it grows. */
const msPerByte = 0.0005;
const mostMs = 700;
/** Larger gushes could meet within the server's window. */
const maxAtOnce = 600_000;
/** Of what the limits leave, all goes out in one message after so long, and a part of it earlier. */
const fullShareMs = 280;
/** A little longer and less than the server's window, as messages may bunch up on their way. */
const spanMs = 3_300;
const maxBytes = 2_600_000;
const maxMessages = 2_400;
/** Messages within the span up to which nothing that is shown waits for its turn. */
const calm = 300;
/** Less is not worth a message while more waits. */
const minBytes = 4_096;
/** A piece of the end of what is left out. */
const maxPiece = 65_536;
/** Bytes of a message beside its text. */
const envelope = 1_200;
/** Changes from stdout to stderr and back that become messages of their own, at once and for each second. */
const [maxSwitches, switchesPerSecond] = [500, 20];
/** Bytes that may wait: more would take a front end over half a minute to receive. */
const maxWaiting = 32_000_000;
const maxDisplays = 5_000;
/** The end of what did not fit. */
const maxTail = 1_000_000;
/** Characters and displays that an interrupted cell may still send. */
const [textAfterInterrupt, displaysAfterInterrupt] = [64_000, 20];

interface Message {
  readonly type: string;
  readonly content: object;
  readonly parent: Header | null;
  readonly extra: Extra;
  /** The display that it updates. */
  readonly updates: string | null;
}

/** A gap in the output: numbers of lines, characters and displays left out, and the last lines, which are kept. */
class Gap {
  readonly parent: Header;
  readonly reason: string;
  lines = 0;
  units = 0;
  displays = 0;
  readonly #tail: { readonly name: string; readonly text: string }[] = [];
  #tailLength = 0;

  constructor(parent: Header, reason: string) {
    this.parent = parent;
    this.reason = reason;
  }

  leaveOut({ lines, units }: { readonly lines: number; readonly units: number }): void {
    this.lines += lines;
    this.units += units;
  }

  append(name: string, text: string): void {
    for (let at = 0; at < text.length; ) {
      const piece = text.slice(at, at + cutAt(text.slice(at, at + maxPiece + 1), maxPiece));
      at += piece.length;
      this.#tail.push({ name, text: piece });
      this.#tailLength += piece.length;
      while (this.#tailLength > maxTail) this.#dropFirst();
    }
  }

  #dropFirst(): void {
    const { text = "" } = this.#tail.shift() ?? {};
    this.#tailLength -= text.length;
    this.leaveOut({ lines: lineCount(text), units: text.length });
  }

  /** Leaves out the end as well. */
  dropTail(): void {
    while (this.#tail.length > 0) this.#dropFirst();
  }

  /** The note and the end, as text. */
  texts(): WaitingText[] {
    const displays = this.displays === 0 ? "" : ` and ${this.displays.toLocaleString("en")} displays`;
    const amount = `${this.lines.toLocaleString("en")} lines (${(this.units / 1e6).toFixed(1)} MB)${displays}`;
    const texts = [new WaitingText(this.parent, "stdout", `\n[${amount} were left out here: ${this.reason}]\n`)];
    for (const { name, text } of this.#tail) {
      const last = texts.at(-1);
      if (last?.name === name) last.append(text);
      else texts.push(new WaitingText(this.parent, name, text));
    }
    return texts;
  }
}

type Entry = WaitingText | Gap | Message | (() => void);

/** Sends a message and returns its size. */
type Publish = (type: string, content: object, parent: Header | null, extra: Extra) => number;

const isMessage = (entry: Entry | undefined): entry is Message => entry !== undefined && "type" in entry;
const isOf = (entry: Entry | undefined, parent: Header): entry is WaitingText | Gap =>
  (entry instanceof WaitingText || entry instanceof Gap) && entry.parent.msg_id === parent.msg_id;

export class Outputs {
  readonly #publish: Publish;
  readonly #queue: Entry[] = [];
  readonly #bytes = new SlidingLimit(maxBytes, spanMs);
  readonly #messages = new SlidingLimit(maxMessages, spanMs);
  readonly #switches = new Tokens(maxSwitches, switchesPerSecond);
  /** When each display was last updated; those of the last moments. */
  readonly #updated = new Map<string, number>();
  #waiting = 0;
  #displays = 0;
  #timer: NodeJS.Timeout | null = null;
  #sent = 0;
  /** The cell that text was sent for last, and how much. */
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
    this.#later();
  }

  #append(parent: Header, name: string, text: string): void {
    this.#waiting += text.length;
    const open = this.#openText(parent, name);
    if (open === null) this.#queue.push(new WaitingText(parent, name, text));
    else open.append(text);
  }

  /** Text that waits at the end and can be added to. Where streams alternate too often, each is joined for itself. */
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

  /** Adds a message; `updates` names a display whose earlier updates it makes superfluous. */
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
    const isFrequent = updates !== null && now - (this.#updated.get(updates) ?? 0) < everyMs;
    if (isFrequent || this.#messages.used(now) > calm) this.#later();
    else this.#pump();
  }

  /** Runs something when all of the above has gone out. */
  after(action: () => void): void {
    this.#queue.push(action);
    this.#pump();
  }

  /** Counts anew, as the server does when a kernel becomes idle. */
  reset(): void {
    this.#bytes.reset();
    this.#messages.reset();
  }

  /** Leaves out most of what waits of a cell that was interrupted. */
  discard(parent: Header): void {
    let gap: Gap | null = null;
    let units = textAfterInterrupt;
    let displays = displaysAfterInterrupt;
    const note = (): Gap => (gap ??= new Gap(parent, "the cell was interrupted"));
    const kept = this.#queue.splice(0).flatMap((entry): Entry[] => {
      if (isMessage(entry) && entry.type.endsWith("display_data") && entry.parent?.msg_id === parent.msg_id) {
        if (displays-- > 0) return [entry];
        if (entry.type === "display_data") this.#displays--;
        note().displays++;
        return [];
      }
      if (!isOf(entry, parent)) return [entry];
      if (entry instanceof Gap) {
        entry.dropTail();
        note().leaveOut(entry);
        return [];
      }
      const { length } = entry;
      if (length > units) note().leaveOut(entry.truncate(units));
      this.#waiting -= length - entry.length;
      units -= entry.length;
      return entry.length > 0 ? [entry] : [];
    });
    this.#queue.push(...kept);
    const end = this.#queue.findLastIndex((entry) => isOf(entry, parent));
    if (gap !== null) this.#queue.splice(end + 1, 0, gap);
  }

  /** Sends everything, in whatever time. */
  flush(): void {
    this.#pump(Number.POSITIVE_INFINITY);
  }

  #later(): void {
    const interval = Math.max(everyMs, Math.min(this.#shown.length * msPerByte, mostMs));
    const wait = Math.max(holdMs, this.#sent + interval - performance.now());
    this.#timer ??= setTimeout(() => this.#pump(), wait);
  }

  /** Sends what the limits allow. */
  #pump(least = 0): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const now = performance.now();
    const share = Math.min(1, Math.max(now - this.#sent, everyMs) / fullShareMs);
    this.#sent = now;
    let bytes = Math.max(least, Math.min(this.#bytes.allowance(now, share), maxAtOnce));
    let messages = Math.max(least, this.#messages.allowance(now, share));
    for (let entry = this.#queue[0]; entry !== undefined; entry = this.#queue[0]) {
      if (typeof entry === "function") {
        this.#queue.shift();
        entry();
      } else if (entry instanceof Gap) this.#unfold(entry);
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
    if (this.#queue.length > 0) this.#later();
    else this.#updated.forEach((time, id) => now - time > everyMs && this.#updated.delete(id));
  }

  #unfold(gap: Gap): void {
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
