/** Where TensorRT runs: here, or wherever the launcher of the target leads to. */
export interface Machine {
  /** Runs a command in a folder of the machine's working directory. */
  run(command: readonly string[], options?: CommandOptions): Promise<CommandResult>
  /** Makes a file of ours readable there, with others in its folder that it points to; gives its path there. */
  send(file: string, beside?: readonly string[]): Promise<string>
  /** Path there of a file that a command may write, relative to the working directory. */
  path(name: string): string
  /** Brings a file or folder of the working directory here, if it is there; gives its path here. */
  fetch(name: string): Promise<string>
  /** Words before a command that runs there and talks over stdin and stdout. */
  readonly prefix: readonly string[]
  /** Removes the working directory. */
  remove(): Promise<void>
}

export interface CommandOptions {
  /** Folder in the working directory, made where it is not there. */
  readonly folder?: string
  /** How long it may take before it is ended. Default: as long as one that does nearly nothing. */
  readonly seconds?: number
  readonly signal?: AbortSignal | undefined
}

export interface CommandResult {
  /** Undefined if the command could not be started at all, or was killed. */
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
  /** Why we ended it, as the end of a sentence about it; absent if it ended by itself. */
  readonly cutShort?: string
}
