export * from "./advice.ts";
export * from "./decide-document.ts";
export * from "./engine-version.ts";
export * from "./gate.ts";
export * from "./promotion.ts";
export * from "./promotion-facts.ts";
export * from "./reason-code-docs.ts";
export * from "./replay.ts";
