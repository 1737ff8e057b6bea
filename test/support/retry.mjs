import { jest } from '@jest/globals'

// Terminals, signals and GNU make's own race at Ctrl-C: on a busy CI machine a moment can be lost that is none of
// ours. There a test that failed is tried once more, and what it said the first time is printed.
if (process.env.CI) jest.retryTimes(1, { logErrorsBeforeRetry: true })
