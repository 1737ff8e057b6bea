/** What a new project file says of the data, beside the name and the list of targets. */
export interface SetUp {
  readonly recipient: string | undefined
  readonly destinations: readonly Readonly<Record<string, string>>[]
  /** The place by its name in WHERE; undefined where nobody said. */
  readonly where: string | undefined
  /** What is still to be done so that anything arrives. */
  readonly leftOut: string | undefined
}
