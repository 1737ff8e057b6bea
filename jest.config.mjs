import { availableParallelism } from 'node:os'

// Tests are ES modules in TypeScript; swc strips the types, `tsc` checks them (make check).
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts', '.css', '.bash', '.zsh', '.fish'],
  transform: {
    '^.+\\.(?:css|bash|zsh|fish)$': '<rootDir>/test/support/text-module.mjs',
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2023', experimental: { keepImportAttributes: true } },
        module: { type: 'es6' },
      },
    ],
  },
  moduleNameMapper: { '^ci-info/vendors.json$': '<rootDir>/node_modules/ci-info/vendors.json' },
  globalSetup: '<rootDir>/test/support/setup.mjs',
  setupFilesAfterEnv: ['<rootDir>/test/support/retry.mjs'],
  // The tests wait for processes more than they compute. Jest takes no share above 100%: it reads 150% as 150 workers.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
  // For a test that hangs; a busy machine may take ten times as long as a quiet one.
  testTimeout: 300_000,
}
