import { execFileSync } from 'node:child_process'

/** End-to-end tests run what a user would install, so it is bundled anew before them. */
export default function setup() {
  if (process.env.SKIP_BUNDLE !== '1') execFileSync(process.execPath, ['build/bundle.mjs'], { stdio: ['ignore', 'ignore', 'inherit'] })
}
