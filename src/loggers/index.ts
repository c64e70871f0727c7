export { LOG_FLAGS, LOG_OPTIONS, type LogGiven, type LogRequest, logRequest } from "./log-flags.ts";
export { addToLogSettings, LOGGER_KINDS, type LoggerKind, readLogSettings } from "./log-settings.ts";
export { RunLoggers } from "./run-loggers.ts";
