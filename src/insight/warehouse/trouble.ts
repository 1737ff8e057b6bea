import { printable } from '../../messages.ts'

/** What is known when something goes wrong. */
export interface Circumstances {
  /** Where the warehouse is, without a password. */
  readonly name: string
  readonly limitSeconds: number
  readonly hasPassword: boolean
  /** Whether the connection must be encrypted. */
  readonly wantsTls: boolean
  /** Why the password file was not read, if it was not. */
  readonly passwordComplaint: string | undefined
}

type Words = (now: Circumstances, said: string) => string

const PASSWORD: Words = ({ name, hasPassword, passwordComplaint }) =>
  passwordComplaint !== undefined
    ? `${name} wants a password, and ${passwordComplaint}`
    : hasPassword
      ? `${name} does not accept the password; it comes from the address, PGPASSWORD or the password file, in this order`
      : `${name} wants a password; set PGPASSWORD or write it to ~/.pgpass`
const NO_ANSWER: Words = ({ name }) => `${name} does not answer; check host and port, and whether a VPN or a tunnel is needed`
const CERTIFICATE: Words = ({ name }, said) =>
  `the certificate of ${name} does not hold (${said}); name its authority with sslrootcert=FILE in the address`
// A server without TLS says so, and the package goes on as if it had not, until it is cut off.
const CLOSED: Words = ({ name, wantsTls }) =>
  wantsTls
    ? `${name} closed the connection; if it does not speak TLS, write sslmode=disable in the address`
    : `${name} closed the connection; try again, and see its log if it does so again`

/** By SQLSTATE (PostgreSQL documentation, appendix A), by Node's and OpenSSL's codes, and by those of the package. */
const WORDS: Readonly<Record<string, Words>> = {
  ECONNREFUSED: ({ name }) => `nothing listens at ${name}; check host and port`,
  ENOTFOUND: ({ name }) => `the host of ${name} is not known; check its name`,
  EAI_AGAIN: ({ name }) => `the host of ${name} cannot be looked up now; is there a network?`,
  ENOENT: ({ name }) => `there is no socket for ${name}; check folder and port`,
  ETIMEDOUT: NO_ANSWER,
  EHOSTUNREACH: NO_ANSWER,
  CONNECT_TIMEOUT: NO_ANSWER,
  CONNECTION_CLOSED: CLOSED,
  ECONNRESET: CLOSED,
  '28P01': PASSWORD,
  '28000': ({ name }, said) =>
    `${name} does not let this user in (${said}); if it asks for encryption, write sslmode=require in the address`,
  '3D000': ({ name }) => `there is no such database at ${name}`,
  '53300': ({ name }) => `${name} has no connection left; try again later`,
  '57P03': ({ name }) => `${name} is starting up; try again in a moment`,
  '57014': ({ name, limitSeconds }) =>
    `a query at ${name} took longer than ${limitSeconds} s and was ended; look at less (--since 4w) or allow more (--time-limit ${limitSeconds * 5})`,
  '42501': ({ name }, said) => `${name}: ${said}; its owner can grant it: GRANT USAGE ON SCHEMA, GRANT SELECT ON TABLE`,
  ERR_TLS_CERT_ALTNAME_INVALID: ({ name }) =>
    `the certificate of ${name} is for another host; use the name that stands in it, or sslmode=verify-ca`,
}

/** In a sentence: what is wrong, where, and what to do. */
export function explain(error: unknown, now: Circumstances): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  const said = printable(String(message), 300)
  return (WORDS[code] ?? byKind(code, said))(now, said)
}

function byKind(code: string, said: string): Words {
  if (/CERT|SIGNATURE|ISSUER/u.test(code)) return CERTIFICATE
  if (/^SASL|password/iu.test(`${code} ${said}`)) return PASSWORD
  return ({ name }) => `${name}: ${said}${code === '' ? '' : ` (${code})`}`
}
