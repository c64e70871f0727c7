/** A folder that has it is a run. */
export const CONFIG_FILE = "config.json";
