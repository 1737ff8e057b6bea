/** A shorter key may be a part of any word; it is told by its quotation marks. */
const SHORT = 8

/** A text as it may be shown or kept: without the keys that went along, which a receiver may repeat in its answer. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== '')
    .reduce((shown, secret) => (secret.length < SHORT ? shown.replaceAll(`"${secret}"`, '"…"') : shown.replaceAll(secret, '…')), text)
}
