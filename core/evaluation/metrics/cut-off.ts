/** Whether generation stopped at the token limit (`finishReason` "length") and not at the end of the answer. */
export const isCutOff = (finishReason: string): boolean => finishReason === "length";
