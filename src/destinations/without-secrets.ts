/** A text as it may be shown or kept: without the keys that went along, which a receiver may repeat in its answer. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((shown, secret) => (secret === '' ? shown : shown.replaceAll(secret, '…')), text)
}
