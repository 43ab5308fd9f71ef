import { z } from "zod";

/** Retention periods that CloudWatch Logs offers. */
const RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653] as const;

/** Alarms, dashboard and logs. */
export const monitoringSchema = z
  .strictObject({
    alarms: z.boolean().default(false).describe("Whether alarms watch the application."),
    dashboard: z.boolean().default(false).describe("Whether a dashboard shows it."),
    email: z.email().optional().describe("Address that alarms are sent to; it has to be confirmed once."),
    webhook: z
      .url({ protocol: /^https$/ })
      .optional()
      .meta({ secret: true })
      .describe("HTTPS address that alarms are posted to; set it with --secret."),
    logDays: z
      .union(RETENTION_DAYS.map((days) => z.literal(days)))
      .default(30)
      .describe("Days that logs are kept."),
    errorShare: z.number().min(0.1).max(100).default(5).describe("Percent of answers with 5xx that raise an alarm."),
    slowSeconds: z
      .number()
      .min(0.01)
      .max(60)
      .default(2)
      .describe("Seconds of the 95th percentile that raise an alarm."),
    backlogSeconds: z.int().min(60).max(86400).default(600).describe("Age of the oldest waiting task that raises one."),
  })
  .prefault({})
  .describe("Alarms, dashboard and logs.");
