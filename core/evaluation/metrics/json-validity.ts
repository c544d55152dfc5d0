import { parseAnswer } from "../json-answer.ts";

/** 1 when the answer is JSON as served, else 0. Says nothing about its content. */
export const jsonValidity = (answer: string): number => (parseAnswer(answer) === undefined ? 0 : 1);
