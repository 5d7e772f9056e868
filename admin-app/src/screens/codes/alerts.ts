/** The first word of every query about alerts. */
export const ALERTS = 'code-alerts'
