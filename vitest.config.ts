import { defineConfig } from 'vitest/config'

const node = { environment: 'node', testTimeout: 60_000, hookTimeout: 120_000 } as const
const unit = [
  'packages/**/*.test.ts',
  'services/**/*.test.ts',
  'merchant-app/**/*.test.ts',
  'admin-app/**/*.test.ts',
  'scripts/**/*.test.ts',
]

/** Weighs the memory of its own process, so that no other file's leavings may be in it. */
const measured = 'packages/ledger/src/large.test.ts'

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...node,
          name: 'unit',
          include: unit,
          exclude: [measured],
          globalSetup: './packages/db/src/testing-setup.ts',
          // To load the service anew for each file takes as long as its tests. No module of ours holds state between them.
          isolate: false,
        },
      },
      {
        test: {
          ...node,
          name: 'memory',
          include: [measured],
          globalSetup: './packages/db/src/testing-setup.ts',
        },
      },
      { test: { ...node, name: 'tidy', include: ['scripts/tidy.test.ts'] } },
      {
        test: {
          ...node,
          name: 'browser',
          include: ['scripts/e2e/**/*.e2e.ts'],
          globalSetup: './scripts/e2e/setup.ts',
          // Each file has a stack, a database and a browser of its own; much of its time it waits, so that there is room for one more.
          maxWorkers: 3,
          isolate: false,
          sequence: { groupOrder: 1 },
          testTimeout: 240_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
})
