/** Where a command reads from and writes to; tests hand in their own. */
export interface Output {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
}

export interface Io {
  stdout: Output;
  stderr: Output;
  env: Record<string, string | undefined>;
  cwd: string;
  /** Calls the handler on SIGINT and SIGTERM until the returned function is called. */
  onSignal(handler: () => void): () => void;
  /** Ends the process at once. */
  exit(code: number): void;
}

export const columnsOf = (output: Output): number => Math.max(20, output.columns ?? 100);

/** Whether colour and control sequences may be written there. */
export const mayStyle = (output: Output, env: Io["env"]): boolean =>
  output.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb";
