"""MIME types of what a notebook stores; test/engine/view/outputs.test.ts compares them with the engine's."""

TAPE = "application/vnd.tapelab.tape.v1+json"
GRADIENTS = "application/vnd.tapelab.gradients.v1+json"
TENSOR = "application/vnd.tapelab.tensor.v1+json"
CONFUSION = "application/vnd.tapelab.confusion.v1+json"
CONTROLS = "application/vnd.tapelab.controls.v1+json"
