/** MIME types of what a notebook stores. The version is part of the name; readers ignore fields they do not know. */
export const tapeMime = "application/vnd.tapelab.tape.v1+json";
export const gradientsMime = "application/vnd.tapelab.gradients.v1+json";
export const tensorMime = "application/vnd.tapelab.tensor.v1+json";
export const confusionMime = "application/vnd.tapelab.confusion.v1+json";
