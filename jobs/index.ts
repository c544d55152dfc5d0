export * from "./prompt-candidates.ts";
export * from "./trainer-config.ts";
export * from "./trainer-result.ts";
