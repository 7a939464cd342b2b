/** Modules that contain other modules, or parameters. */
import { add } from "../../ops/elementwise/arithmetic.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import { takesGradients } from "../../tensor/dtype.ts";
import { DTypeError, IndexError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";
import { Parameter } from "../base/parameter.ts";
import { List, withoutForward } from "./list.ts";

/** Returns a tensor as a parameter. @throws DTypeError in the name of its container unless it is float or complex. */
function asParameter(container: string, value: Tensor): Parameter {
  if (value instanceof Parameter) return value;
  if (!takesGradients(value.dtype))
    throw new DTypeError(container, "parameters must be float or complex", [value.dtype]);
  return new Parameter(value);
}

/** A module whose forward maps one tensor to one tensor. */
export interface Layer extends Module {
  forward(x: Tensor): Tensor;
}

/**
 * A chain of layers, each applied to the output of the one before; without layers, the identity. Layer i is the field i: its parameters have names such as
 * `0.weight`, and `model[i]` reads and assigns it.
 * @example
 * const model = new nn.Sequential(new nn.Linear(2, 8), new nn.ReLU(), new nn.Linear(8, 1));
 * model.parameters().length; // 4
 * model[2].forward(zeros([8])).shape; // [1]
 */
export class Sequential extends List<Layer> {
  constructor(...layers: readonly Layer[]) {
    checkNew(new.target, arguments);
    super(layers);
  }
  override forward(x: Tensor): Tensor {
    let h = x;
    for (let i = 0; this[i] !== undefined; i++) h = this[i].forward(h);
    return h;
  }
}

/**
 * A residual connection around a layer: f(x) + x. NEEDLE has it under this name. Source: He, Zhang, Ren and Sun, 2015.
 * @throws Forward throws ShapeError when f(x) and x do not broadcast.
 * @example new nn.Residual(new nn.ReLU()).forward(tensor([-1, 2])).toArray(); // [-1, 4]
 */
export class Residual extends Module {
  fn: Layer;
  constructor(fn: Layer) {
    checkNew(new.target, arguments);
    super();
    this.fn = fn;
  }
  override forward(x: Tensor): Tensor {
    return add(this.fn.forward(x), x);
  }
}

/**
 * A list of modules, which it registers: module i is the field i, and its parameters have names such as `0.weight`. `list[i]` reads and assigns it. The list has no
 * forward: the module that holds it calls its elements.
 * @example
 * class Tower extends nn.Module {
 *   blocks = new nn.ModuleList([new nn.Linear(4, 4), new nn.Linear(4, 4)]);
 *   forward(x: Tensor): Tensor {
 *     for (const block of this.blocks) x = block.forward(x).relu();
 *     return x;
 *   }
 * }
 * Object.keys(new Tower().stateDict())[0]; // "blocks.0.weight"
 */
export class ModuleList<M extends Module = Module> extends List<M> {
  constructor(modules: Iterable<M> = []) {
    checkNew(new.target, arguments);
    super(modules);
  }
  override forward(): never {
    return withoutForward(this);
  }
}

/**
 * Modules by name, which it registers: the parameters of the module "left" have names such as `left.weight`. It has no forward: the module that holds it calls its
 * elements.
 * @throws ArgumentError for a name that is empty, has a dot, or is that of a method, such as `"keys"`.
 * @example
 * const heads = new nn.ModuleDict({ left: new nn.Linear(2, 1), right: new nn.Linear(2, 3) });
 * heads.get("right").forward(zeros([2])).shape; // [3]
 */
export class ModuleDict<M extends Module = Module> extends Module {
  constructor(modules: Readonly<Record<string, M>> = {}) {
    checkNew(new.target, arguments);
    super();
    this.update(modules);
  }
  /** Number of modules. */
  get size(): number {
    return [...this.namedChildren({ removeDuplicate: false })].length;
  }
  /** Whether there is a module with the name. */
  has(name: string): boolean {
    return [...this.keys()].includes(name);
  }
  /**
   * Returns the module with the name.
   * @throws ArgumentError when there is none, with the names that there are.
   */
  get(name: string): M {
    return this.getSubmodule(name) as M;
  }
  /** Adds a module, or replaces the one of the same name, and returns the dictionary. */
  set(name: string, module: M): this {
    return this.registerModule(name, module);
  }
  /** Adds all modules of a record, or replaces those of the same names. */
  update(modules: Readonly<Record<string, M>>): void {
    for (const [name, module] of Object.entries(modules)) this.set(name, module);
  }
  /** Removes the module with the name, and returns whether there was one. */
  delete(name: string): boolean {
    return this.has(name) && Reflect.deleteProperty(this, name);
  }
  /** Yields the names, in the order in which they were added. */
  *keys(): IterableIterator<string> {
    for (const [name] of this.entries()) yield name;
  }
  /** Yields the modules, in the order in which they were added. */
  *values(): IterableIterator<M> {
    for (const [, module] of this.entries()) yield module;
  }
  /** Yields names and modules, in the order in which they were added. */
  entries(): IterableIterator<[name: string, module: M]> {
    return this.namedChildren({ removeDuplicate: false }) as IterableIterator<[string, M]>;
  }
  [Symbol.iterator](): IterableIterator<[name: string, module: M]> {
    return this.entries();
  }
  override forward(): never {
    return withoutForward(this);
  }
}

/**
 * A list of parameters, which it registers under the names `0`, `1`, …. Tensors that are no parameters become parameters.
 * @example
 * const biases = new nn.ParameterList([zeros([2]), zeros([3])]);
 * Object.keys(biases.stateDict()); // ["0", "1"]
 */
export class ParameterList extends Module {
  [index: number]: Parameter;
  constructor(values: Iterable<Tensor> = []) {
    checkNew(new.target, arguments);
    super();
    for (const value of [...values].map((v) => asParameter("ParameterList", v))) this.append(value);
  }
  /** Number of parameters. */
  get length(): number {
    return this.parameters().length;
  }
  /**
   * Returns the parameter at an index, counted from the end if negative.
   * @throws IndexError for an index out of range.
   */
  at(i: number): Parameter {
    const parameter = [...this].at(i);
    if (parameter === undefined)
      throw new IndexError("ParameterList", `index ${i} is out of range for ${this.length} parameters`);
    return parameter;
  }
  /** Adds a parameter to the end, and returns the list. */
  append(value: Tensor): this {
    this[this.length] = asParameter("ParameterList", value);
    return this;
  }
  /** Adds parameters to the end, and returns the list. */
  extend(values: Iterable<Tensor>): this {
    for (const value of values) this.append(value);
    return this;
  }
  [Symbol.iterator](): IterableIterator<Parameter> {
    return this.parameters().values();
  }
  override forward(): never {
    return withoutForward(this);
  }
}

/**
 * Parameters by name, which it registers. Tensors that are no parameters become parameters.
 * @throws ArgumentError for a name that is empty, has a dot, or is that of a method, such as `"keys"`.
 * @example
 * const scales = new nn.ParameterDict({ in: ones([2]), out: ones([3]) });
 * scales.get("out").shape; // [3]
 */
export class ParameterDict extends Module {
  constructor(values: Readonly<Record<string, Tensor>> = {}) {
    checkNew(new.target, arguments);
    super();
    for (const [name, value] of Object.entries(values)) this.set(name, value);
  }
  /** Number of parameters. */
  get size(): number {
    return this.parameters().length;
  }
  /** Whether there is a parameter with the name. */
  has(name: string): boolean {
    return [...this.keys()].includes(name);
  }
  /**
   * Returns the parameter with the name.
   * @throws ArgumentError when there is none, with the names that there are.
   */
  get(name: string): Parameter {
    return this.getParameter(name);
  }
  /** Adds a parameter, or replaces the one of the same name, and returns the dictionary. */
  set(name: string, value: Tensor): this {
    return this.registerParameter(name, asParameter("ParameterDict", value));
  }
  /** Removes the parameter with the name, and returns whether there was one. */
  delete(name: string): boolean {
    return this.has(name) && Reflect.deleteProperty(this, name);
  }
  /** Yields the names, in the order in which they were added. */
  *keys(): IterableIterator<string> {
    for (const [name] of this.entries()) yield name;
  }
  /** Yields the parameters, in the order in which they were added. */
  *values(): IterableIterator<Parameter> {
    for (const [, parameter] of this.entries()) yield parameter;
  }
  /** Yields names and parameters, in the order in which they were added. */
  entries(): IterableIterator<[name: string, parameter: Parameter]> {
    return this.namedParameters({ removeDuplicate: false });
  }
  [Symbol.iterator](): IterableIterator<[name: string, parameter: Parameter]> {
    return this.entries();
  }
  override forward(): never {
    return withoutForward(this);
  }
}
