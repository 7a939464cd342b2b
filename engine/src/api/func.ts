/** The exports of `func`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../func.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../func.ts";

export const customJvp: typeof from.customJvp = guard("customJvp", "f: function", from.customJvp);
export const customVjp: typeof from.customVjp = guard("customVjp", "f: function", from.customVjp);
export const functionalCall: typeof from.functionalCall = guard("functionalCall", "module: nn.Module, state: record<Tensor>, ...args: any[]", from.functionalCall);
export const grad: typeof from.grad = guard("grad", ["f: function, options: { argnums?: number | number[]; hasAux: true }","f: function, options?: { argnums?: number | number[]; hasAux?: boolean }"], from.grad);
export const hessian: typeof from.hessian = guard("hessian", "f: function, options?: { argnums?: number | number[]; chunkSize?: number; randomness?: \"same\" | \"error\" | \"different\" }", from.hessian);
export const hvp: typeof from.hvp = guard("hvp", "f: function, primals: any[], tangents: any[]", from.hvp);
export const jacfwd: typeof from.jacfwd = guard("jacfwd", "f: function, options?: { argnums?: number | number[]; chunkSize?: number; randomness?: \"same\" | \"error\" | \"different\" }", from.jacfwd);
export const jacrev: typeof from.jacrev = guard("jacrev", "f: function, options?: { argnums?: number | number[]; chunkSize?: number; randomness?: \"same\" | \"error\" | \"different\" }", from.jacrev);
export const jvp: typeof from.jvp = guard("jvp", "f: function, primals: any[], tangents: any[]", from.jvp);
export const linearize: typeof from.linearize = guard("linearize", "f: function, ...primals: any[]", from.linearize);
export const taylor: typeof from.taylor = guard("taylor", "f: function, x: Tensor, v: Tensor, order: number", from.taylor);
export const valueAndGrad: typeof from.valueAndGrad = guard("valueAndGrad", "f: function, options?: { argnums?: number | number[]; hasAux?: boolean }", from.valueAndGrad);
export const vhp: typeof from.vhp = guard("vhp", "f: function, primals: any[], cotangents: any[]", from.vhp);
export const vjp: typeof from.vjp = guard("vjp", "f: function, ...primals: any[]", from.vjp);
export const vmap: typeof from.vmap = guard("vmap", "f: function, options?: { inAxes?: number | any[] | record<number | any[] | record<number | any[] | record<number | any[] | record<number | any[] | record<any> | null> | null> | null> | null> | undefined | null; outAxes?: number | any[] | record<number | any[] | record<number | any[] | record<number | any[] | record<number | any[] | record<any> | null> | null> | null> | null> | undefined | null; randomness?: \"same\" | \"error\" | \"different\"; chunkSize?: number }", from.vmap);
