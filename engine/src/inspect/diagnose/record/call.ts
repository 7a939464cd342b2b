/** The records of a training step: ops, calls of modules, backward passes and events in the order in which they happened. */

import type { Module } from "../../../nn/base/module.ts";
import type { Optimizer } from "../../../optim/optimizer.ts";
import type { Node } from "../../../tape/graph/node.ts";
import type { TapeOp } from "../../../tape/graph/op.ts";
import type { Scope } from "../../../tape/graph/scope.ts";
import type { PendingSite } from "../../../tensor/site.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import type { DeadUnits } from "../../causes/gradient/dead-units.ts";
import type { Snapshot } from "./snapshot.ts";

/** An op that ran in the forward part of a step, recorded on the tape or not. */
export interface Call {
  readonly index: number;
  readonly op: TapeOp<unknown>;
  readonly params: unknown;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly scope: Scope | null;
  readonly site: PendingSite;
  /** The innermost module whose `forward` ran; `null` outside of modules. */
  readonly module: ModuleCall | null;
  /** Whether ops were recorded, which `noGrad` switches off. */
  readonly isGradEnabled: boolean;
  /** The node on the tape; `null` for an op that was not recorded. */
  node: Node | null;
}

/** A change in place: `to` got the elements of `from` after the ops before the index `at`. */
export interface Overwrite {
  readonly to: Tensor;
  readonly from: Tensor;
  readonly at: number;
}

/** A call of a module's `forward`. */
export interface ModuleCall {
  readonly module: Module;
  /** The dotted name below the diagnosed model, or the class for another module. */
  readonly name: string;
  readonly parent: ModuleCall | null;
  readonly site: PendingSite;
  readonly inputs: readonly unknown[];
  output: unknown;
  readonly training: boolean;
  readonly isGradEnabled: boolean;
  /** Index of the first op of the call, and of the first op after it. */
  readonly first: number;
  end: number;
}

/** A backward walk that accumulates gradients. */
export interface Pass {
  readonly number: number;
  /** The node from which the walk starts; `null` until it is known. */
  root: Node | null;
  /** The value of the loss: the mean of the root's output. */
  loss: number;
  completed: boolean;
  readonly createGraph: boolean;
  /** Whether a closure of an optimizer runs it again within one update, as L-BFGS does. */
  readonly isRepeated: boolean;
  /** Number of ops of the step that ran before the walk. */
  readonly calls: number;
}

/** Gradients of the parameters at one moment, by their index; `null` for a parameter without a gradient. */
export type GradientCopies = readonly (Snapshot | null)[];

/** An event of a step besides ops. */
export type StepEvent =
  | {
      readonly kind: "backward";
      /** The line that called backward. */
      readonly site: PendingSite;
      readonly pass: Pass;
      readonly before: GradientCopies;
      after: GradientCopies;
    }
  | {
      readonly kind: "update";
      /** The line that called the step of the optimizer. */
      readonly site: PendingSite;
      readonly optimizer: Optimizer;
      readonly gradients: GradientCopies;
      /** Weights of the parameters before and after the update. */
      readonly before: readonly Snapshot[];
      after: readonly Snapshot[];
      readonly lr: number;
    };

/** The closed units of a rectifier in a step, by its place among the rectifiers of the step. */
export interface Rectified extends DeadUnits {
  readonly key: string;
  /** Index of the op in the step. */
  readonly call: number;
}

/** A step of training. */
export interface Step {
  readonly index: number;
  /** Ops of the step, in order; only the first and the latest steps keep them. */
  calls: readonly Call[];
  moduleCalls: readonly ModuleCall[];
  overwrites: readonly Overwrite[];
  /** Rectifiers that ran, in order. */
  readonly rectified: readonly Rectified[];
  readonly events: readonly StepEvent[];
  /** Values of the losses from which backward passes started. */
  readonly losses: readonly number[];
  /** The value that the step returned, if it is a number or a tensor of one element. */
  readonly returned: number | null;
  /** Weights before and after the step, by the index of the parameter. */
  readonly before: readonly Snapshot[];
  readonly after: readonly Snapshot[];
  /** Sequence number of the first node that the step recorded. */
  readonly firstNode: number;
}
