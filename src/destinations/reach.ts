import * as fs from 'node:fs'
import * as path from 'node:path'
import { bareHost } from './proxy.ts'

/** Whether what goes to an address can be read on its way: no TLS, and another machine. */
export function isReadable(address: string): boolean {
  if (!URL.canParse(address)) return false
  const url = new URL(address)
  return url.protocol === 'http:' && !/^(?:localhost|127(?:\.\d+){3}|::1)$/u.test(bareHost(url))
}

/** The file behind a name, through links, as far as it is there; absolute. */
export function realPath(file: string): string {
  try {
    return fs.realpathSync(file)
  } catch {
    const above = path.dirname(file)
    return above === file ? file : path.join(realPath(above), path.basename(file))
  }
}
