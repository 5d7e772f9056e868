export const codesKey = (stallId: string): readonly string[] => ['codes', stallId]
