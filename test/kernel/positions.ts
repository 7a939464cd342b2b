/** Positions of TypeScript's grammar where an identifier may stand; `§1` to `§6` stand for names that an earlier cell declares as numbers. */

export interface Position {
  readonly code: string;
  /** An expression for the result of the code. */
  readonly value: string;
}

const expression = (value: string): Position => ({ code: "", value });
const statements = (code: string, value: string): Position => ({ code, value });

const references: readonly Position[] = [
  expression("[§1, §2, §3]"),
  expression("§1 + §2 * -§3 - (§4 ** 2) / ++§5 + §6--"),
  expression("`${§1} ${`${§2}`}`"),
  expression("(§1++, §2)"),
  expression("§1 > §2 ? §3 : §4"),
  expression("[typeof §1, void §2, !§3, ~§4]"),
  expression("[...[§1], ...bags.map((b) => b.§2)]"),
  expression("({ ...{ §1: 5 }, §2, §3: §4, ['§5']: 1, [§6]: 2 })"),
  expression("[self(§1, ...[§2]), self`x${§3}`, self?.(§4), (self)(), ((self))`y`]"),
  expression("new Array(§1).length + new Made().loss"),
  expression("bags?.[0]?.['§1'] ?? §2"),
  expression("(§1 as number) + §2! + (§3 satisfies number)"),
  expression("[bags[§1 - §1].§2, bag['§3'], bags.at(-1)?.§4]"),
  statements("§1 = §2 = 50; §3 += 5; §4 **= 2; §5 ||= 3; §6 ??= 4;", "[§1, §2, §3, §4, §5, §6]"),
  statements("[§1, §2] = [§2, §1]; [§3 = 9, ...[§4]] = [undefined, 8];", "[§1, §2, §3, §4]"),
  statements(
    "({ §1, §2: §3, §4 = 5, x: [§5] } = { ...bag, x: [6], §4: undefined as number | undefined });",
    "[§1, §2, §3, §4, §5]",
  ),
  statements("let seen = 0; for (§1 of [1, 2]) seen += §1; for ([§2] of [[3]]) seen += §2;", "[seen, §1, §2]"),
  statements("let k: any; for (k in { §1: 1, §2: 2 }) §3 += k.length;", "[k, §3]"),
  statements("for (§1 = 0, §2 = 5; §1 < §2; §1++) §3--;", "[§1, §2, §3]"),
  statements("for ({ §1: §2 } of bags) §3 = §2;", "[§2, §3]"),
  statements("switch (§1) { case §1: §2 = 77; break; case §3: default: }", "§2"),
  statements("do { §1++; } while (§1 < 5); while (§2 > 3) §2 -= 2;", "[§1, §2]"),
  statements("if (§1 > 0) §2 = 4; else §3 = 5;", "[§2, §3]"),
  statements("let e: unknown; try { throw §1; } catch (caught) { e = caught; } finally { §2 = 1; }", "[e, §2]"),
  statements("function f() { return §1 + 1; }", "[f(), f.name]"),
];

const names: readonly Position[] = [
  statements("const { §1: a } = bag; const { §2: { length: b } } = { §2: 'xyz' };", "[a, b, §1]"),
  statements("const { ['§1']: a, ...rest } = { §1: 1, §2: 2 };", "[a, rest.§2]"),
  statements(
    "let s = 0; for (const { §1: q } of bags) s += q; for (const [, { §2: r }] of bags.entries()) s += r;",
    "s",
  ),
  expression("bags.map(({ §1: u, §2: { toFixed: v } }) => u * §3 + v.length)"),
  expression("bags.map(({ §1: u = §2, ...others }) => u + Reflect.ownKeys(others).length)"),
  expression(
    "({ §1: 1, §2() { return 2; }, get §3() { return 3; }, set §3(x) {}, async §4() {}, *§5() {}, async *§6() {} }).§3",
  ),
  expression("({ §1: { §2: { §3: §4 } } }).§1.§2.§3"),
  statements(
    "class K { §1 = 1; static §2 = 2; §3() { return this.§1 + §1; } get §4() { return K.§2; } static §5() { return §2; } }",
    "[new K().§3(), new K().§4, K.§5()]",
  ),
  statements(
    "class K { #§1 = 4; has(o: object) { return #§1 in o; } get() { return this.#§1 + §1; } static #§2() { return §2; } static run() { return K.#§2(); } }",
    "[new K().get(), K.run(), new K().has({})]",
  ),
  statements(
    "class K { constructor(public §1: number, readonly §2 = §3) {} sum() { return this.§1 + this.§2; } }",
    "new K(§4).sum()",
  ),
  statements(
    "abstract class K { abstract §1: number; protected abstract §2(): number; } class L extends K { §1 = 2; §2() { return §3; } all() { return this.§1 + this.§2(); } }",
    "new L().all()",
  ),
  statements("class K { accessor §1 = 3; static { §2 = 40; const §3 = 1; §4 = §3; } }", "[new K().§1, §2, §3, §4]"),
  statements("let n = 0; §1: for (;;) { §2: for (;;) { if (n++ > 2) break §1; continue §1; } }", "[n, §1, §2]"),
  statements("§1: { §2 = 5; break §1; }", "§2"),
  statements(
    "function f(this: void, §1?: number, { §2: x } = { §2: 3 }, ...§3: number[]) { return [§1, x, §3.length, §4]; }",
    "f()",
  ),
  statements(
    "const f = function §1() { return typeof §1; }; const g = class §2 { static n = typeof §2; };",
    "[f(), g.n, f.name, g.name, typeof §1]",
  ),
  statements("const nt = function () { return new.target === undefined; };", "[nt(), typeof import.meta]"),
  statements("label: for (const §1 of [1]) { for (const §2 in { a: 1 }) { if (§1) continue label; } }", "[§1, §2]"),
];

const types: readonly Position[] = [
  statements("type §1 = { §2: number; §3?(§4: string): void; readonly [§5: string]: any; get §6(): number };", "§1"),
  statements("interface T { §1: number; new (§2: number): T; (§3: string): void; method<§4>(x: §4): §4 }", "[§1, §2]"),
  statements("enum E { §1 = 3, §2, x = §1 + 1 }", "[E.§1, E.§2, E.x, E[4], §1]"),
  statements(
    "namespace N { export const §1 = 8; export const y = §1 + §2; export namespace §3 { export const z = §1; } }",
    "[N.§1, N.y, N.§3.z, §3]",
  ),
  statements("type Tup = [§1: number, §2?: string, ...§3: number[]]; const t: Tup = [§4];", "t"),
  statements("type Q = typeof §1; const q: Q = §2; type K = keyof typeof bag; const k: K = '§3';", "[q, k]"),
  statements(
    "type M<§1> = { [§2 in keyof §1]: §1[§2] }; type C<T> = T extends (infer §3)[] ? §3 : never; const c: C<number[]> = §4;",
    "c",
  ),
  statements(
    "function is(§1: unknown): §1 is number { return typeof §1 === 'number'; } function need(§2: unknown): asserts §2 is number {} need(§3);",
    "[is(§4), is('')]",
  ),
  statements(
    "function over(§1: number): number; function over(§2: string): string; function over(x: any) { return x; }",
    "over(§3)",
  ),
  statements(
    "declare const nowhere: { §1: number }; declare function no(§2: number): void; declare namespace Far { const §3: number; }",
    "[typeof §1, §2, §3]",
  ),
  statements(
    "import { join as joined, posix } from 'node:path'; import * as path from 'node:path';",
    "[joined('a', String(§1)), path.basename('/b'), posix.sep]",
  ),
  statements("const x = <T,>(§1: T): T => §1; const o = { §2: x<number>(§3) } as const;", "[o.§2, x(§4)]"),
];

const scopes: readonly Position[] = [
  statements("{ let §1 = 100; §2 = §1; { const §1 = 7; §3 = §1; } }", "[§1, §2, §3]"),
  statements("function f(§1 = §2, §3 = §1) { return [§1, §3]; }", "[f(), f(1), f(1, 2)]"),
  statements("function f(a = () => §1) { var §1 = 100; return [a(), §1]; }", "f()"),
  statements("function f(a = () => §1) { let b = §2; { let §1 = 5; b += §1; } return [a(), b]; }", "f()"),
  statements("function f() { if (§2) { var §1: any = 3; } return §1; }", "[f(), §1]"),
  statements("function f() { return §1(); function §1() { return §2; } }", "[f(), §1]"),
  statements("{ function §1() { return 5; } §2 = §1(); } ", "[typeof §1, §2]"),
  statements(
    "let r; try { throw { §1: 5 }; } catch ({ §1: x, §2 = §3 }: any) { r = [x, §2]; } try { throw 6; } catch (§4) { r.push(§4); }",
    "[r, §4]",
  ),
  statements("let r = 0; switch (1 as number) { case 1: let §1 = 30; r = §1; break; default: }", "[r, §1]"),
  statements("for (let §1 = 0; §1 < 3; §1++) §2 += §1; for (const §3 of [1]) §4 = §3;", "[§1, §2, §3, §4]"),
  statements(
    "const fs: (() => number)[] = []; for (let §1 = 0; §1 < 3; §1++) fs.push(() => §1);",
    "[fs.map((f) => f()), §1]",
  ),
  statements("const g = (§1: number) => (§2: number) => §1 + §2 + §3;", "g(1)(2)"),
  statements("const h = ({ §1, §2: [x] = [§3] }: any) => [§1, x];", "h({ §1: 4 })"),
  statements(
    "class K { static §1 = 5; static f() { return [§1, K.§1]; } m(§2 = this) { return §2 === this; } }",
    "[K.f(), new K().m()]",
  ),
  statements(
    "const K = class §1 { static s = () => typeof §1; }; const i = new (class extends K { §2 = §2; })();",
    "[K.s(), i.§2]",
  ),
  statements(
    "function* gen(): any { const §1: any = yield §2; yield* [§1, §3]; } const it = gen();",
    "[it.next().value, it.next(5).value, it.next().value]",
  ),
  statements("const o = { f(§1: number) { return [§1, this.g(), §2]; }, g: () => §1 };", "o.f(9)"),
  statements(
    "var total = 0; [1, 2].forEach(function each(§1) { total += §1; }); (function () { total += §1; })();",
    "total",
  ),
  statements(
    "const r = await (async (§1) => { await null; return §1 + §2; })(1); const [s] = await Promise.all([§1]);",
    "[r, s]",
  ),
  statements("let z = 0; for await (const §1 of [Promise.resolve(4)]) z += §1 + §2;", "[z, §1]"),
  statements(
    "const a = async (§1: number, ...[§2]: number[]) => { for await (const §3 of [§1]) return [§3, §2, §4]; return []; };",
    "await a(1, 2)",
  ),
];

export const positions: readonly Position[] = [...references, ...names, ...types, ...scopes];

let made = 0;

/** Gives each use of a wrapper its own names. */
const numbered = (wrapped: Position): Position => {
  made++;
  const own = (text: string): string => text.replaceAll(/\b([wW]\d+)(?!_)\b/g, `$1_${made}`);
  return { code: own(wrapped.code), value: own(wrapped.value) };
};

const inside =
  (open: string, close: string, value: string) =>
  (inner: Position): Position => ({
    code: `${open} ${inner.code}\n return ${inner.value}; ${close}`,
    value,
  });

const isPlain = ({ code }: Position): boolean => !/\b(import|enum|namespace|await|declare)\b/.test(code);

/** Wraps code that is allowed in a function, and returns other code as it is. */
const local =
  (wrap: (inner: Position) => Position) =>
  (inner: Position): Position =>
    isPlain(inner) ? numbered(wrap(inner)) : inner;

/** Code around a position: functions, blocks and classes, some of which declare a name of an earlier cell. */
export const wrappers: readonly ((inner: Position) => Position)[] = [
  local(inside("function w1() {", "}", "w1()")),
  local(inside("const w2 = () => {", "};", "w2()")),
  local(inside("function w3(§6 = 60) {", "}", "[w3(), §6]")),
  local(inside("const w4 = { m(§5?: number) {", "} };", "w4.m(50)")),
  local(inside("class W5 { static m() {", "} }", "W5.m()")),
  local(inside("function w6() { try { throw 1; } catch (§6) {", "} }", "w6()")),
  local(inside("function w7() { for (const §6 of [600]) { switch (§6) { case 600: {", "} } } return []; }", "w7()")),
  local(inside("function w8() { { let §6 = 8; §6++; } do {", "} while (§6); }", "w8()")),
  local((inner) => ({ code: `function* w9() { ${inner.code}\n yield ${inner.value}; }`, value: "[...w9()]" })),
  local((inner) => ({ code: `let w10: any; { ${inner.code}\n w10 = ${inner.value}; }`, value: "w10" })),
  local((inner) => ({
    code: `class W11 { static r: any; static { ${inner.code}\n W11.r = ${inner.value}; } }`,
    value: "W11.r",
  })),
  local((inner) => ({ code: `namespace W12 { ${inner.code}\n export const r = ${inner.value}; }`, value: "W12.r" })),
];
