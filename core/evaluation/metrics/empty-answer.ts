/** Whether the model said nothing but white space. */
export const isEmptyAnswer = (answer: string): boolean => answer.trim() === "";
