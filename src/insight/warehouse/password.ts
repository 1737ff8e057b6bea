import * as fs from 'node:fs'
import * as path from 'node:path'
import { printable } from '../../messages.ts'
import type { World } from '../../world.ts'
import type { Address } from './address.ts'

/** A password, if one was found, and what is wrong with the file that was not read. */
export interface FoundPassword {
  readonly password: string | undefined
  readonly complaint: string | undefined
}

/** The password for an address, from where psql takes it: the address, PGPASSWORD, the password file. */
export function passwordFor(address: Address, world: Pick<World, 'env' | 'home' | 'platform'>): FoundPassword {
  const given = address.password ?? world.env.PGPASSWORD
  if (given) return { password: given, complaint: undefined }
  const file = passwordFile(world)
  if (file === undefined) return { password: undefined, complaint: undefined }
  try {
    // As libpq has it: a file that others may read is not used.
    if (world.platform !== 'win32' && (fs.statSync(file).mode & 0o077) !== 0)
      return { password: undefined, complaint: `${printable(file, 300)} is not read, since others may read it too; chmod 600 mends that` }
    return { password: passwordIn(fs.readFileSync(file, 'utf8'), address), complaint: undefined }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return { password: undefined, complaint: code === 'ENOENT' ? undefined : `cannot read ${printable(file, 300)}: ${code}` }
  }
}

function passwordFile({ env, home, platform }: Pick<World, 'env' | 'home' | 'platform'>): string | undefined {
  if (env.PGPASSFILE) return env.PGPASSFILE
  if (platform === 'win32') return env.APPDATA && path.join(env.APPDATA, 'postgresql', 'pgpass.conf')
  return home === undefined ? undefined : path.join(home, '.pgpass')
}

/** The first line that fits: host:port:database:user:password, with * for any and \ before : and \ (PostgreSQL documentation, 34.16). */
function passwordIn(text: string, { host, port, database, user }: Address): string | undefined {
  const names = [host.startsWith('/') ? [host, 'localhost'] : [host], [String(port)], [database], [user]]
  for (const line of text.split(/\r?\n/u)) {
    if (line.startsWith('#')) continue
    const fields = [...line.matchAll(/((?:\\.|[^\\:]|\\$)*)(?::|$)/gsu)].map(([, field = '']) => field)
    const fits = names.every((allowed, at) => fields[at] === '*' || allowed.includes(plain(fields[at] ?? '')))
    if (fits && fields[4]) return plain(fields[4])
  }
  return undefined
}

const plain = (field: string) => field.replace(/\\(.)/gu, '$1')
