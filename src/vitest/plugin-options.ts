/** What users of the plugin may say. */
export interface PluginOptions {
  /** Folder that receives what was found: `runs.json` and `summary.md`. Default: `QUANTRACT_REPORT`, or none. */
  readonly report?: string | undefined
}
