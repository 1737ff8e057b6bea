/** Whether a process of that number lives, whoever's it is. */
export function isAlive(pid: number): boolean {
  try {
    // A signal of 0 only asks.
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
