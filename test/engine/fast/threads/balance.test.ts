/** When work is shared: only where that gains, and not for a while after losses. */
import { expect, test } from "vitest";
import { Balance } from "../../../../engine/src/fast/threads/balance.ts";

/** A simulated machine: the milliseconds that a job takes alone and shared, from those that it would take on an idle machine. */
interface Machine {
  readonly alone: (time: number) => number;
  readonly shared: (time: number, memory: boolean) => number;
}

/** Returns a generator of numbers in [0, 1) that is the same in each run. */
function random(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
}

const next = random(5);
const jitter = (): number => 0.95 + 0.1 * next();
const stall = (chance: number, time: number): number => (next() < chance ? time * next() : 0);

const machines: Readonly<Record<string, Machine>> = {
  idle: {
    alone: (t) => t * jitter() + stall(0.005, 1),
    shared: (t, memory) => t * (memory ? 1.1 : 0.6) * jitter() + stall(0.01, 1),
  },
  // a thread on an idle processor gains; one that is stopped in the middle of a chunk makes the caller wait
  "one busy process": {
    alone: (t) => t * jitter() + stall(0.01, 1),
    shared: (t, memory) => (next() < 0.3 ? t * (memory ? 1 : 0.65) : t * 1.05) * jitter() + stall(0.15, 5),
  },
  "two busy processes": {
    alone: (t) => t * jitter() + stall(0.1 * t, 4),
    shared: (t) => t * (0.8 + 0.5 * next()) + stall(0.3, 8),
  },
};

/** The jobs of a step of a model, some limited by computation and some by memory bandwidth. */
const jobs = [
  { time: 1, memory: false, kind: 1 },
  { time: 0.4, memory: false, kind: 2 },
  { time: 0.5, memory: true, kind: 3 },
  { time: 0.2, memory: false, kind: 4 },
] as const;

/** Runs steps until a time in milliseconds; returns the time of a step, and when jobs were shared. */
function run(balance: Balance, from: number, until: number, machine: Machine): { step: number; shared: number[] } {
  let [now, steps] = [from, 0];
  const shared: number[] = [];
  for (; now < until; steps++)
    for (const { time, memory, kind } of jobs) {
      now += 0.1;
      const shares = balance.shares(kind, now);
      const took = shares ? machine.shared(time, memory) : machine.alone(time);
      now += took;
      balance.record(kind, now, took, shares);
      if (shares) shared.push(kind);
    }
  return { step: (now - from) / steps, shared };
}

const span = 20_000;

/** Returns the simulated time of a step on one thread. */
function stepAlone({ alone }: Machine): number {
  let total = 0;
  for (let i = 0; i < 2000; i++) for (const { time } of jobs) total += 0.1 + alone(time);
  return total / 2000;
}

test.each(["one busy process", "two busy processes"])("beside %s steps take as long as on one thread", (name) => {
  const machine = machines[name];
  const { step, shared } = run(new Balance(), 0, span, machine);
  expect(shared.length, "jobs that were shared as a trial").toBeGreaterThan(0);
  expect(step / stepAlone(machine)).toBeLessThan(1.03);
});

test("on an idle machine work limited by computation is shared, and work limited by memory bandwidth is not", () => {
  const { step, shared } = run(new Balance(), 0, span, machines.idle);
  const best = 0.1 * jobs.length + jobs.reduce((sum, { time, memory }) => sum + time * (memory ? 1 : 0.6), 0);
  expect(step / best).toBeLessThan(1.07);
  const memoryBound = shared.filter((kind) => kind === 3).length / shared.length;
  expect(memoryBound, "fraction of shared jobs that are limited by memory bandwidth").toBeLessThan(0.03);
});

test("sharing resumes within seconds when the machine becomes idle, and stops at once when it becomes busy", () => {
  const balance = new Balance();
  const [idle, busy] = [machines.idle, machines["one busy process"]];
  const ideal = run(new Balance(), 0, span, idle).step;
  run(balance, 0, span, idle);
  expect(
    run(balance, span, span + 1000, busy).step / stepAlone(busy),
    "the first second beside a busy process",
  ).toBeLessThan(1.1);
  run(balance, span + 1000, 2 * span, busy);
  run(balance, 2 * span, 2 * span + 4000, idle);
  expect(run(balance, 2 * span + 4000, 3 * span, idle).step / ideal, "after 4 seconds").toBeLessThan(1.05);
});

test("jobs that always lose are shared more and more rarely, so that trials cost little", () => {
  const balance = new Balance();
  let [lost, trials] = [0, 0];
  for (let now = 0; now < span; now++) {
    const shared = balance.shares(1, now);
    if (shared) {
      trials++;
      lost += 4;
    }
    balance.record(1, now, shared ? 5 : 1, shared);
  }
  expect(trials).toBeGreaterThan(3);
  expect(lost / span, "fraction of the time that was lost").toBeLessThan(0.02);
});

test("a pause, a reset, and sharing all work", () => {
  const balance = new Balance();
  for (let i = 0; i < 5; i++) balance.record(1, i, 1, false);
  expect(balance.shares(1, 5)).toBe(true);
  balance.pause(100);
  expect([balance.shares(1, 99), balance.shares(1, 100)]).toEqual([false, true]);
  balance.reset();
  expect(balance.shares(1, 100), "a kind of work without measurements").toBe(false);
  balance.reset({ always: true });
  expect(balance.shares(1, 100)).toBe(true);
});
