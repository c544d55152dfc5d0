import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/engines/**"], // `npm run test:engines`: these need programs that are built once per machine
    expect: { requireAssertions: true },
    testTimeout: 30_000,
    reporters: ["default", "./test/support/count-reporter.ts"],
  },
});
