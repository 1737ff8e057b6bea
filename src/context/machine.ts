import * as fs from 'node:fs'
import * as os from 'node:os'
import type { Facts } from '../event/serialize.ts'

const GIB = 1024 ** 3

// Names of OpenTelemetry's semantic conventions for os.type and host.arch, where they differ from Node's.
const OS_TYPE: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' }
const HOST_ARCH: Readonly<Record<string, string>> = { x64: 'amd64', ia32: 'x86', arm: 'arm32', ppc64: 'ppc64' }

/** Facts about the machine: what it is, never which one. */
export function machineFacts(): Facts {
  const platform = os.platform()
  const arch = os.arch()
  return {
    os_type: OS_TYPE[platform] ?? platform,
    host_arch: HOST_ARCH[arch] ?? arch,
    cpu_count: os.availableParallelism(),
    memory_gb: Math.round(memoryBytes() / GIB),
    is_container: isContainer(),
  }
}

/** The machine's memory, or the control group's limit where that is lower. */
function memoryBytes(): number {
  const limit = process.constrainedMemory()
  const total = os.totalmem()
  return limit > 0 && limit < total ? limit : total
}

/** Marks that Docker, Podman and Kubernetes leave in the file system. */
function isContainer(): boolean {
  if (fs.existsSync('/.dockerenv') || fs.existsSync('/run/.containerenv')) return true
  try {
    return /docker|containerd|kubepods|lxc/u.test(fs.readFileSync('/proc/self/cgroup', 'utf8'))
  } catch {
    return false
  }
}
