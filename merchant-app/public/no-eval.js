// Before all else: zod would try whether it may compile code. It may not, and each try would be told as a breach of our policy.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } })
