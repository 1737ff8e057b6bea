import { commitSecret } from '../consent/commit-secret.ts'
import type { CheckoutMemo } from '../journal/checkout-memo.ts'
import { keyedHash } from '../sha256.ts'
import type { World } from '../world.ts'

/** An object name, of SHA-1 or SHA-256; an empty repository has none. */
const COMMIT = /^[0-9a-f]{40,64}$/u

/** Stands in for a pseudonym that has not been made. */
export const NO_PSEUDONYM = '0'.repeat(16)

/** The field that it is sent in. */
export const PSEUDONYM = 'git_commit_pseudonym'

/**
 * What stands for a commit in the events of one person: nobody else can find it out, and under another ID it is another one, so that it
 * joins no two projects and no new ID to an old one. Undefined without a commit, an ID, or a place for the secret.
 */
export function commitPseudonym(
  world: World,
  head: string | undefined,
  anonymousId: string,
  memo: CheckoutMemo | undefined,
): string | undefined {
  if (head === undefined || !COMMIT.test(head) || anonymousId === '') return undefined
  const known = memo?.pseudonymOf(head, anonymousId)
  if (known !== undefined) return known
  const secret = commitSecret(world)
  if (secret === undefined) return undefined
  const pseudonym = keyedHash(secret, `${anonymousId}\n${head}`)
  memo?.keepPseudonym({ head, anonymousId, pseudonym })
  return pseudonym
}
