/** Raised with every change that can alter a decision, so that a replay that differs says which engine decided. */
export const ENGINE_VERSION = "3";
