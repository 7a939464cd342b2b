/** Formulas in TeX as plain text in Unicode, for terminals and readers that typeset nothing. */

const symbols: Readonly<Record<string, string>> = {
  alpha: "α",
  beta: "β",
  gamma: "γ",
  Gamma: "Γ",
  delta: "δ",
  Delta: "Δ",
  epsilon: "ε",
  varepsilon: "ε",
  zeta: "ζ",
  eta: "η",
  theta: "θ",
  kappa: "κ",
  lambda: "λ",
  mu: "μ",
  nu: "ν",
  pi: "π",
  rho: "ρ",
  sigma: "σ",
  Sigma: "Σ",
  tau: "τ",
  phi: "φ",
  varphi: "φ",
  Phi: "Φ",
  psi: "ψ",
  omega: "ω",
  Omega: "Ω",
  nabla: "∇",
  partial: "∂",
  infty: "∞",
  sum: "Σ",
  prod: "Π",
  int: "∫",
  cdot: "·",
  times: "×",
  div: "÷",
  odot: "⊙",
  otimes: "⊗",
  oplus: "⊕",
  star: "⋆",
  ast: "∗",
  circ: "∘",
  pm: "±",
  mp: "∓",
  le: "≤",
  leq: "≤",
  ge: "≥",
  geq: "≥",
  ne: "≠",
  neq: "≠",
  ll: "≪",
  gg: "≫",
  approx: "≈",
  equiv: "≡",
  sim: "∼",
  propto: "∝",
  bigvee: "⋁",
  bigwedge: "⋀",
  in: "∈",
  ni: "∋",
  notin: "∉",
  mid: "|",
  vert: "|",
  lvert: "|",
  rvert: "|",
  Vert: "‖",
  lVert: "‖",
  rVert: "‖",
  land: "∧",
  lor: "∨",
  lnot: "¬",
  neg: "¬",
  to: "→",
  mapsto: "↦",
  leftarrow: "←",
  rightarrow: "→",
  top: "ᵀ",
  dagger: "†",
  dots: "…",
  ldots: "…",
  cdots: "…",
  lfloor: "⌊",
  rfloor: "⌋",
  lceil: "⌈",
  rceil: "⌉",
  langle: "⟨",
  rangle: "⟩",
  ell: "ℓ",
  Re: "Re",
  Im: "Im",
  bmod: "mod",
  quad: "  ",
  qquad: "  ",
};

/** Commands that change sizes and spaces only. */
const invisible: ReadonlySet<string> = new Set(
  "textstyle displaystyle scriptstyle left right big Big bigl bigr Bigl Bigr bigg Bigg limits nolimits".split(" "),
);

/** Commands whose argument is written as it is. */
const fonts: ReadonlySet<string> = new Set(
  "mathrm operatorname text textrm textit mathit mathsf mathbf mathcal mathbb boldsymbol mathrel mathop mathbin mathord underline".split(
    " ",
  ),
);

/** Marks above a letter, as combining characters. */
const accents: Readonly<Record<string, string>> = {
  bar: "\u0304",
  overline: "\u0304",
  hat: "\u0302",
  widehat: "\u0302",
  tilde: "\u0303",
  widetilde: "\u0303",
  dot: "\u0307",
  vec: "\u20d7",
};

const spacing: Readonly<Record<string, string>> = {
  ",": " ",
  ";": " ",
  ":": " ",
  " ": " ",
  "!": "",
  "\\": "; ",
  "|": "‖",
};

const pairs = (from: string, to: string): ReadonlyMap<string, string> =>
  new Map(Array.from(from, (c, i) => [c, Array.from(to)[i]]));

const superscripts = pairs("0123456789+−=()ni T", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ ᵀ");
const subscripts = pairs("0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ");

/** Returns the text in raised or lowered characters, or else after `sign`, in parentheses if it is long. */
function script(text: string, sign: "^" | "_", characters: ReadonlyMap<string, string>): string {
  if (text === "ᵀ" || text === "†" || text === "'") return text;
  const chars = Array.from(text);
  if (chars.every((c) => characters.has(c))) return chars.map((c) => characters.get(c)).join("");
  return chars.length === 1 ? sign + text : `${sign}(${text})`;
}

const isSimple = (text: string): boolean => /^([\p{L}\p{M}]+|[\d.]+)$/u.test(text);
const grouped = (text: string): string => (isSimple(text) ? text : `(${text})`);

/** Reads TeX from left to right. */
class Reader {
  readonly #tex: string;
  #at = 0;

  constructor(tex: string) {
    this.#tex = tex;
  }

  /** Returns the text up to the end, or up to the brace or bracket that closes a group. */
  text(end = ""): string {
    let text = "";
    while (this.#at < this.#tex.length) {
      if (this.#tex[this.#at] === end) {
        this.#at++;
        break;
      }
      const part = this.#part(text.endsWith(" "));
      const isName = /[\p{L}\d]$/u.test(text) && /^[a-zA-Z]{2,}$/.test(part);
      text += isName ? ` ${part}` : part;
    }
    return text;
  }

  /** Returns the next part; `isApart` says that a space is before it. */
  #part(isApart = false): string {
    const c = this.#tex[this.#at++];
    if (c === "{") return this.text("}");
    if (c === "^") return script(this.#argument(), "^", superscripts);
    if (c === "_") return script(this.#argument(), "_", subscripts);
    if (c === "&" || c === "~") return " ";
    if (c === "-") return "−";
    if (c === "}") return "";
    return c === "\\" ? this.#command(isApart) : c;
  }

  /** Returns the next argument: a group, a command with its arguments, or a character. */
  #argument(): string {
    while (this.#tex[this.#at] === " ") this.#at++;
    return this.#at < this.#tex.length ? this.#part() : "";
  }

  #command(isApart: boolean): string {
    const name = /^[a-zA-Z]+|^[^]/.exec(this.#tex.slice(this.#at))?.[0] ?? "";
    this.#at += name.length;
    if (!/^[a-zA-Z]/.test(name)) return spacing[name] ?? name;
    // a space after a command only ends its name
    const isSpaced = this.#tex[this.#at] === " ";
    if (isSpaced) this.#at++;
    if (invisible.has(name)) return "";
    if (name === "begin" || name === "end") {
      this.#argument();
      return "";
    }
    if (fonts.has(name)) return this.#argument();
    if (name in accents) return this.#accented(accents[name]);
    if (name === "frac" || name === "tfrac" || name === "dfrac")
      return `${grouped(this.#argument())}/${grouped(this.#argument())}`;
    if (name === "sqrt") return this.#root();
    if (name === "binom") return `C(${this.#argument()}, ${this.#argument()})`;
    const symbol = symbols[name];
    // a sign between its operands has a space on both sides or on none
    if (symbol !== undefined) return isSpaced && isApart && !/\p{L}/u.test(symbol) ? `${symbol} ` : symbol;
    const isNameNext = /[\p{L}\d\\]/u.test(this.#tex[this.#at] ?? "");
    return isSpaced && isNameNext ? `${name} ` : name;
  }

  #accented(mark: string): string {
    const text = this.#argument();
    return Array.from(text).length === 1 ? text + mark : `(${text})${mark}`;
  }

  #root(): string {
    let degree = "";
    if (this.#tex[this.#at] === "[") {
      this.#at++;
      degree = script(this.text("]"), "^", superscripts);
    }
    return `${degree}√${grouped(this.#argument())}`;
  }
}

/** Returns a formula in TeX as plain text, such as `x̄ = [x > 0] ȳ`. */
export const plainFormula = (tex: string): string =>
  new Reader(tex).text().replace(/ {2,}/g, " ").replaceAll(" ,", ",").normalize("NFC").trim();
