import { defineConfig } from "vitest/config";

/** Suites that synthesise the stacks or run days of simulated AWS need more than the default five seconds. */
const slow = [
  "tests/stacks/**/*.test.ts",
  "tests/simulator/**/*.test.ts",
  "tests/rehearsal/**/*.test.ts",
  "tests/steps/**/*.test.ts",
];

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { name: "fast", include: ["tests/**/*.test.ts"], exclude: slow } },
      {
        test: {
          name: "slow",
          include: slow,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          globalSetup: ["tests/global-setup.ts"],
        },
      },
    ],
  },
});
