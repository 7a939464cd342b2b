/** A tensor that the optimizer does not have. */
import { sameShape } from "../../../tensor/shape.ts";
import { type Cause, defineCause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { counted } from "../gradient/words.ts";

export const notAmongParameters: Cause<GradientCase> = defineCause({
  id: "optimizer-lacks-it",
  symptoms: ["not learning"],
  title: "The optimizer does not have the tensor",
  mechanism:
    "An optimizer updates the tensors that it was given when it was created. A layer that was added later, a list of modules that is not registered, and a tensor beside the model are not among them. An optimizer whose parameters have the same shapes but are others belongs to an earlier model.",
  remedy: "Create the optimizer after the model, with all its parameters: new optim.Adam(model.parameters()).",
  find(c) {
    const { optimizer, tensor, title, model } = c;
    if (optimizer === null || c.edge === null || !c.isLeaf || optimizer.parameters.includes(tensor)) return [];
    const own = [...(model?.namedParameters() ?? [])].map(([, p]) => p);
    const isEarlier =
      own.length > 0 &&
      own.length === optimizer.parameters.length &&
      own.every((p, i) => !optimizer.parameters.includes(p) && sameShape(p.shape, optimizer.parameters[i].shape));
    return [
      {
        sentence: isEarlier
          ? `${title} is not updated: the optimizer has ${counted(optimizer.parameters.length, "parameter")} of the same shapes, those of an earlier model.`
          : `${title} is not updated: it is not among the ${counted(optimizer.parameters.length, "parameter")} of the optimizer.`,
        evidence: [fact("parameters of the optimizer", String(optimizer.parameters.length))],
        ...(isEarlier ? { fix: "Create the optimizer again, after the model." } : {}),
      },
    ];
  },
});
